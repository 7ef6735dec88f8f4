import type { LocaleTemplates } from './locale-templates';

/** Spanish. GSM-7 has é and ñ but neither á, í, ó nor ú, so a code is a «clave» here, never a «código». */
export const es: LocaleTemplates = {
  lifetime: `{unit, select,
    minutes {{count, plural, one {{count} minuto} other {{count} minutos}}}
    other {{count, plural, one {{count} segundo} other {{count} segundos}}}}`,
  shortLifetime: '{unit, select, minutes {{count} min} other {{count} s}}',
  texts: {
    login: [
      '{code} es su clave para entrar en {product}. Vence en {lifetime}. No la comparta con nadie.',
      '{code} es su clave de acceso a {product}. Vence en {shortLifetime}. No la comparta.',
    ],
    register: [
      '{code} es su clave para crear su cuenta de {product}. Vence en {lifetime}. No la comparta con nadie.',
      '{code} es su clave de registro en {product}. Vence en {shortLifetime}. No la comparta.',
    ],
    reset_password: [
      '{code} es su clave para restablecer su contraseña de {product}. Vence en {lifetime}. No la comparta con nadie.',
      '{code} es su clave para cambiar su contraseña de {product}. Vence en {shortLifetime}. No la comparta.',
    ],
    change_phone: [
      '{code} es su clave para cambiar su teléfono en {product}. Vence en {lifetime}. No la comparta con nadie.',
      '{code} es su clave para cambiar de teléfono en {product}. Vence en {shortLifetime}. No la comparta.',
    ],
    default: [
      '{code} es su clave de {product} para verificar su teléfono. Vence en {lifetime}. No la comparta con nadie.',
      '{code} es su clave para verificar su teléfono en {product}. Vence en {shortLifetime}. No la comparta.',
    ],
  },
};
