import type { LocaleTemplates } from './locale-templates';

/** Hindi. UCS-2: 70 characters, vowel signs counted. मिनट and सेकंड have one form. */
export const hi: LocaleTemplates = {
  lifetime: '{unit, select, minutes {{count} मिनट} other {{count} सेकंड}}',
  shortLifetime: '{unit, select, minutes {{count}मि॰} other {{count}से॰}}',
  texts: {
    login: [
      '{code} आपका {product} लॉगिन कोड है। {lifetime} तक मान्य। किसी को न बताएँ।',
      '{code} आपका {product} लॉगिन कोड है। {lifetime} तक मान्य। साझा न करें।',
      '{code} आपका {product} लॉगिन कोड है, {lifetime} तक। साझा न करें।',
      '{code}\n{product} लॉगिन कोड\n{shortLifetime}\nन बताएँ',
    ],
    register: [
      '{code} आपका {product} पंजीकरण कोड है। {lifetime} तक मान्य। किसी को न बताएँ।',
      '{code} आपका {product} पंजीकरण कोड है। {lifetime} तक मान्य। साझा न करें।',
      '{code} आपका {product} पंजीकरण कोड है, {lifetime} तक। साझा न करें।',
      '{code}\n{product} पंजीकरण कोड\n{shortLifetime}\nन बताएँ',
    ],
    reset_password: [
      '{code} आपका {product} पासवर्ड रीसेट कोड है। {lifetime} तक मान्य। किसी को न बताएँ।',
      '{code} आपका {product} पासवर्ड रीसेट कोड है। {lifetime} तक मान्य। साझा न करें।',
      '{code} आपका {product} पासवर्ड रीसेट कोड है, {lifetime} तक। साझा न करें।',
      '{code}\n{product} पासवर्ड कोड\n{shortLifetime}\nन बताएँ',
    ],
    change_phone: [
      '{code} आपका {product} फ़ोन बदलने का कोड है। {lifetime} तक मान्य। किसी को न बताएँ।',
      '{code} आपका {product} फ़ोन बदलने का कोड है। {lifetime} तक मान्य। साझा न करें।',
      '{code} आपका {product} फ़ोन बदलने का कोड है, {lifetime} तक। साझा न करें।',
      '{code}\n{product} नया फ़ोन कोड\n{shortLifetime}\nन बताएँ',
    ],
    default: [
      '{code} आपका {product} फ़ोन सत्यापन कोड है। {lifetime} तक मान्य। किसी को न बताएँ।',
      '{code} आपका {product} फ़ोन सत्यापन कोड है। {lifetime} तक मान्य। साझा न करें।',
      '{code} आपका {product} फ़ोन सत्यापन कोड है, {lifetime} तक। साझा न करें।',
      '{code}\n{product} सत्यापन कोड\n{shortLifetime}\nन बताएँ',
    ],
  },
};
