import type { LocaleTemplates } from './locale-templates';

/**
 * Arabic. UCS-2: 70 characters. The code comes first, and Arabic letters or a line break stand between the product's
 * name and the lifetime: so the bidirectional algorithm (UAX #9, rule W7) never draws a number into a Latin name's
 * run, and no isolating characters are needed, which readers of codes might trip over.
 */
export const ar: LocaleTemplates = {
  // After a preposition or as an adverb of time: the dual is دقيقتين, and 3 to 10 take the plural.
  lifetime: `{unit, select,
    minutes {{count, plural, zero {{count} دقيقة} one {دقيقة} two {دقيقتين} few {{count} دقائق} many {{count} دقيقة} other {{count} دقيقة}}}
    other {{count, plural, zero {{count} ثانية} one {ثانية} two {ثانيتين} few {{count} ثوانٍ} many {{count} ثانية} other {{count} ثانية}}}}`,
  shortLifetime: '{unit, select, minutes {{count} د} other {{count} ث}}',
  texts: {
    login: [
      '{code} هو رمز الدخول إلى {product}. صالح لمدة {lifetime}. لا تشاركه مع أحد.',
      '{code} رمز الدخول إلى {product}. صالح لمدة {lifetime}. لا تشاركه.',
      '{code} رمز دخول {product}\n{shortLifetime}\nلا تشاركه',
    ],
    register: [
      '{code} هو رمز التسجيل في {product}. صالح لمدة {lifetime}. لا تشاركه مع أحد.',
      '{code} رمز التسجيل في {product}. صالح لمدة {lifetime}. لا تشاركه.',
      '{code} رمز تسجيل {product}\n{shortLifetime}\nلا تشاركه',
    ],
    reset_password: [
      '{code} رمز تغيير كلمة مرور {product}. صالح لمدة {lifetime}. لا تشاركه.',
      '{code} رمز كلمة مرور {product}. صالح لمدة {lifetime}. لا تشاركه.',
      '{code} لكلمة مرور {product}\n{shortLifetime}\nلا تشاركه',
    ],
    change_phone: [
      '{code} رمز تغيير رقم هاتفك في {product}. صالح لمدة {lifetime}. لا تشاركه.',
      '{code} رمز تغيير هاتف {product}. صالح لمدة {lifetime}. لا تشاركه.',
      '{code} لتغيير هاتف {product}\n{shortLifetime}\nلا تشاركه',
    ],
    default: [
      '{code} رمز تأكيد هاتفك في {product}. صالح لمدة {lifetime}. لا تشاركه مع أحد.',
      '{code} رمز تأكيد هاتفك في {product}. صالح لمدة {lifetime}. لا تشاركه.',
      '{code} رمز تأكيد {product}\n{shortLifetime}\nلا تشاركه',
    ],
  },
};
