import type { LocaleTemplates } from './locale-templates';

/** Portuguese. GSM-7 has é but neither ó nor ã: no «código» and no «não», hence «PIN» and «nunca». */
export const pt: LocaleTemplates = {
  lifetime: `{unit, select,
    minutes {{count, plural, one {{count} minuto} other {{count} minutos}}}
    other {{count, plural, one {{count} segundo} other {{count} segundos}}}}`,
  shortLifetime: '{unit, select, minutes {{count} min} other {{count} s}}',
  texts: {
    login: [
      '{code} é o seu PIN para entrar na sua conta {product}. Expira em {lifetime}. Nunca o compartilhe com ninguém.',
      '{code} é o seu PIN de acesso a {product}. Expira em {shortLifetime}. Nunca o compartilhe.',
    ],
    register: [
      '{code} é o seu PIN para criar a sua conta {product}. Expira em {lifetime}. Nunca o compartilhe com ninguém.',
      '{code} é o seu PIN de registro em {product}. Expira em {shortLifetime}. Nunca o compartilhe.',
    ],
    reset_password: [
      '{code} é o seu PIN para redefinir a senha da sua conta {product}. Expira em {lifetime}. Nunca o compartilhe com ninguém.',
      '{code} é o seu PIN para trocar a senha em {product}. Expira em {shortLifetime}. Nunca o compartilhe.',
    ],
    change_phone: [
      '{code} é o seu PIN para trocar o telefone da sua conta {product}. Expira em {lifetime}. Nunca o compartilhe com ninguém.',
      '{code} é o seu PIN para trocar o telefone em {product}. Expira em {shortLifetime}. Nunca o compartilhe.',
    ],
    default: [
      '{code} é o seu PIN de {product} para confirmar o seu telefone. Expira em {lifetime}. Nunca o compartilhe com ninguém.',
      '{code} é o seu PIN para confirmar o telefone em {product}. Expira em {shortLifetime}. Nunca o compartilhe.',
    ],
  },
};
