import type { LocaleTemplates } from './locale-templates';

/**
 * French. GSM-7 has à, è, é and ù but neither ç, ê nor the other circumflexes; nor has it the no-break space that
 * French puts before a colon, so there is no colon.
 */
export const fr: LocaleTemplates = {
  lifetime: `{unit, select,
    minutes {{count, plural, one {{count} minute} other {{count} minutes}}}
    other {{count, plural, one {{count} seconde} other {{count} secondes}}}}`,
  shortLifetime: '{unit, select, minutes {{count} min} other {{count} s}}',
  texts: {
    login: [
      '{code} est votre code pour vous connecter à {product}. Il expire dans {lifetime}. Ne le communiquez à personne.',
      '{code} est votre code de connexion à {product}. Valable {shortLifetime}. Ne le partagez pas.',
    ],
    register: [
      '{code} est votre code pour créer votre compte {product}. Il expire dans {lifetime}. Ne le communiquez à personne.',
      '{code} est votre code pour créer un compte {product}. Valable {shortLifetime}. Ne le partagez pas.',
    ],
    reset_password: [
      '{code} est votre code pour réinitialiser votre mot de passe {product}. Il expire dans {lifetime}. Ne le communiquez à personne.',
      '{code} est votre code pour changer de mot de passe {product}. Valable {shortLifetime}. Ne le partagez pas.',
    ],
    change_phone: [
      '{code} est votre code pour changer de numéro de téléphone sur {product}. Il expire dans {lifetime}. Ne le communiquez à personne.',
      '{code} est votre code pour changer de téléphone sur {product}. Valable {shortLifetime}. Ne le partagez pas.',
    ],
    default: [
      '{code} est votre code {product} pour vérifier votre numéro de téléphone. Il expire dans {lifetime}. Ne le communiquez à personne.',
      '{code} est votre code de vérification {product}. Valable {shortLifetime}. Ne le partagez pas.',
    ],
  },
};
