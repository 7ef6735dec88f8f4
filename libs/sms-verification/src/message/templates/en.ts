import type { LocaleTemplates } from './locale-templates';

/** English. */
export const en: LocaleTemplates = {
  lifetime: `{unit, select,
    minutes {{count, plural, one {{count} minute} other {{count} minutes}}}
    other {{count, plural, one {{count} second} other {{count} seconds}}}}`,
  shortLifetime: '{unit, select, minutes {{count} min} other {{count} s}}',
  texts: {
    login: [
      '{code} is your code to sign in to {product}. It expires in {lifetime}. Do not share it with anyone.',
      '{code} is your {product} sign-in code. Good for {shortLifetime}. Do not share it.',
    ],
    register: [
      '{code} is your code to create your {product} account. It expires in {lifetime}. Do not share it with anyone.',
      '{code} is your {product} sign-up code. Good for {shortLifetime}. Do not share it.',
    ],
    reset_password: [
      '{code} is your code to reset your {product} password. It expires in {lifetime}. Do not share it with anyone.',
      '{code} is your {product} password reset code. Good for {shortLifetime}. Do not share it.',
    ],
    change_phone: [
      '{code} is your code to change your {product} phone number. It expires in {lifetime}. Do not share it with anyone.',
      '{code} is your {product} phone change code. Good for {shortLifetime}. Do not share it.',
    ],
    default: [
      '{code} is your {product} code to verify your phone number. It expires in {lifetime}. Do not share it with anyone.',
      '{code} is your {product} verification code. Good for {shortLifetime}. Do not share it.',
    ],
  },
};
