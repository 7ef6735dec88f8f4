import { join } from 'node:path';

/** What production needs at least. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  SMS_CODE_SECRET: 'a code secret of this very test, 32 bytes long',
  SMS_PHONE_KEY: 'a phone key of this very test, 32 bytes long',
  SMS_STORE: 'in-process',
  SMS_GATEWAYS: 'inbox',
  SMS_PRODUCT_NAME: 'Example',
  SHUTDOWN_GRACE_MS: '0',
};

export const DEVELOPMENT_CODE_SECRET = 'development-only code secret, not for production';
export const DEVELOPMENT_PHONE_KEY = 'development-only phone key, not for production';
export const OWN_SECRET = 'a secret that nothing here may print, ever';
export const SHORT = '31 bytes are one byte too short';

const LIST = {
  proxies:
    'TRUST_PROXY must be the number of proxies in front, or their addresses or networks separated by commas, such as 10.0.0.0/8',
  gateways:
    'must be names separated by commas, of inbox, twilio, aws, vonage, smpp, kannel, webhook, none twice',
  cooldown: 'must be seconds from 1 to 86400 separated by commas, such as 60,60,120,300',
  quota:
    'SMS_PHONE_QUOTA must be sends per duration separated by commas, such as 5/1h,10/1d (at most 100 sends, at most 7d)',
  waits:
    'SMS_FAILURE_WAITS must be failures/wait separated by commas, both rising, such as 5/1m,20/15m,100/1d (at most 100 failures, at most 7d)',
  token: 'METRICS_TOKEN must be visible ASCII characters, at least 32 and at most 1024',
  countries: 'must be countries separated by commas, such as US,CA',
  budget: 'must be US dollars from 0 to 1000000, such as 50 or 49.99',
};

/** Variables of gateways that are one word of visible signs, and what is said of two. */
const ONE_WORD: Readonly<Record<string, string>> = {
  TWILIO_ACCOUNT_SID: 'the account SID',
  TWILIO_AUTH_TOKEN: 'the auth token',
  TWILIO_FROM: 'a number of the account, or a sender name',
  TWILIO_MESSAGING_SERVICE_SID: 'the SID of a messaging service',
  AWS_REGION: 'a region, such as eu-west-1',
  AWS_ORIGINATION_IDENTITY: 'a number, sender id or pool, by id or ARN',
  AWS_CONFIGURATION_SET: 'the name of a configuration set',
  VONAGE_API_KEY: 'the API key',
  VONAGE_API_SECRET: 'the API secret',
  VONAGE_FROM: 'a number without +, or a sender name',
  VONAGE_SIGNATURE_SECRET: 'the signature secret',
  SMPP_SYSTEM_ID: 'the system_id',
  SMPP_PASSWORD: 'the password',
  SMPP_SYSTEM_TYPE: 'the system_type',
  SMPP_SOURCE_ADDR: 'what the person sees as the sender',
  KANNEL_USERNAME: 'the user of sendsms',
  KANNEL_PASSWORD: 'the password of sendsms',
  KANNEL_FROM: 'what the person sees as the sender',
};

export type Refusal = readonly [environment: Readonly<Record<string, string>>, problem: string];

/** Environments that are refused whatever else is set, and what is said. */
export const REFUSED_ALONE: readonly Refusal[] = [
  [{ NODE_ENV: 'staging' }, 'NODE_ENV must be production, development or test'],
  [{ HOST: 'all of them' }, 'HOST must be an address to listen on, such as 127.0.0.1'],
  [{ API_DOCS: 'yes' }, 'API_DOCS must be true or false'],
  [{ SHUTDOWN_GRACE_MS: '60001' }, 'SHUTDOWN_GRACE_MS must be a whole number from 0 to 60000'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '3000.5' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '0x10' }, 'PORT must be a whole number from 0 to 65535'],
  [{ TRUST_PROXY: 'true' }, LIST.proxies],
  [{ TRUST_PROXY: '11' }, LIST.proxies],
  [{ TRUST_PROXY: '10.0.0.0/33' }, LIST.proxies],
  [{ TRUST_PROXY: '0.0.0.0/0' }, LIST.proxies],
  [{ TRUST_PROXY: '10.0.0.1,' }, LIST.proxies],
  [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT must be text or json'],
  [{ METRICS_TOKEN: SHORT }, LIST.token],
  [{ METRICS_TOKEN: `${OWN_SECRET} ` }, LIST.token],
  [{ SMS_STORE: 'memory' }, 'SMS_STORE must be auto, redis or in-process'],
  [
    { REDIS_URL: `http://:${OWN_SECRET}@redis` },
    'REDIS_URL must be a URL that begins with redis:// or rediss://',
  ],
  [
    { REDIS_URL: `redis://:${OWN_SECRET}@redis:99999` },
    'REDIS_URL must be a URL that begins with redis:// or rediss://',
  ],
  [
    { REDIS_CLUSTER_NODES: 'redis-1:6379;redis-2:6379' },
    'REDIS_CLUSTER_NODES must be host:port separated by commas, such as redis-1:6379,redis-2:6379',
  ],
  [
    { REDIS_SENTINELS: 'sentinel-1' },
    'REDIS_SENTINELS must be host:port separated by commas, such as sentinel-1:26379,sentinel-2:26379',
  ],
  [
    { REDIS_SENTINEL_NAME: 'two words' },
    'REDIS_SENTINEL_NAME must be what the Sentinels call the master: letters, digits and the signs . - _',
  ],
  ...['REDIS_USERNAME', 'REDIS_SENTINEL_USERNAME'].map((name): Refusal => [
    { [name]: OWN_SECRET },
    `${name} must be a name of at most 256 visible characters`,
  ]),
  ...['REDIS_PASSWORD', 'REDIS_SENTINEL_PASSWORD'].map((name): Refusal => [
    { [name]: `${OWN_SECRET}\n` },
    `${name} must be a password of at most 512 characters`,
  ]),
  [{ REDIS_TLS: 'yes' }, 'REDIS_TLS must be true or false'],
  ...['REDIS_TLS_CA_FILE', 'REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE'].map((name): Refusal => [
    { [name]: 'x'.repeat(4_097) },
    `${name} must be the path of a PEM file`,
  ]),
  [
    { REDIS_KEY_PREFIX: 'two words' },
    'REDIS_KEY_PREFIX must be at most 64 letters, digits and the signs : _ - .',
  ],
  [{ SMS_DURABILITY: 'yes' }, 'SMS_DURABILITY must be fence, wait or none'],
  [{ SMS_CODE_SECRET: SHORT }, 'SMS_CODE_SECRET must be a secret of at least 32 and at most 1024 bytes'],
  [
    { SMS_CODE_SECRET: SHORT.repeat(34) },
    'SMS_CODE_SECRET must be a secret of at least 32 and at most 1024 bytes',
  ],
  [
    { SMS_CODE_SECRET_PREVIOUS: SHORT },
    'SMS_CODE_SECRET_PREVIOUS must be a secret of at least 32 and at most 1024 bytes',
  ],
  [{ SMS_PHONE_KEY: SHORT }, 'SMS_PHONE_KEY must be a secret of at least 32 and at most 1024 bytes'],
  [{ SMS_CODE_LENGTH: '5' }, 'SMS_CODE_LENGTH must be a whole number from 6 to 10'],
  [{ SMS_CODE_LENGTH: '11' }, 'SMS_CODE_LENGTH must be a whole number from 6 to 10'],
  [{ SMS_CODE_LENGTH: 'six' }, 'SMS_CODE_LENGTH must be a whole number from 6 to 10'],
  [{ SMS_CODE_EXPIRY_SECONDS: '0' }, 'SMS_CODE_EXPIRY_SECONDS must be a whole number from 1 to 600'],
  [{ SMS_CODE_EXPIRY_SECONDS: '601' }, 'SMS_CODE_EXPIRY_SECONDS must be a whole number from 1 to 600'],
  [
    { SMS_CODE_EXPIRY_SECONDS_LOGIN: '601' },
    'SMS_CODE_EXPIRY_SECONDS_LOGIN must be a whole number from 1 to 600',
  ],
  [{ SMS_COOLDOWN_SECONDS: '0' }, `SMS_COOLDOWN_SECONDS ${LIST.cooldown}`],
  [{ SMS_COOLDOWN_SECONDS: '60;60' }, `SMS_COOLDOWN_SECONDS ${LIST.cooldown}`],
  [{ SMS_COOLDOWN_SECONDS: '86401' }, `SMS_COOLDOWN_SECONDS ${LIST.cooldown}`],
  [{ SMS_COOLDOWN_SECONDS_RESET_PASSWORD: '0' }, `SMS_COOLDOWN_SECONDS_RESET_PASSWORD ${LIST.cooldown}`],
  [{ SMS_MAX_ATTEMPTS: '0' }, 'SMS_MAX_ATTEMPTS must be a whole number from 1 to 10'],
  [{ SMS_MAX_ATTEMPTS: '11' }, 'SMS_MAX_ATTEMPTS must be a whole number from 1 to 10'],
  [{ SMS_MAX_ATTEMPTS_REGISTER: '11' }, 'SMS_MAX_ATTEMPTS_REGISTER must be a whole number from 1 to 10'],
  [{ SMS_MAX_LIVE: '0' }, 'SMS_MAX_LIVE must be a whole number from 1 to 5'],
  [{ SMS_MAX_LIVE: '6' }, 'SMS_MAX_LIVE must be a whole number from 1 to 5'],
  [{ SMS_PHONE_QUOTA: '5' }, LIST.quota],
  [{ SMS_PHONE_QUOTA: '0/1h' }, LIST.quota],
  [{ SMS_PHONE_QUOTA: '101/1h' }, LIST.quota],
  [{ SMS_PHONE_QUOTA: '5/8d' }, LIST.quota],
  [{ SMS_FAILURE_WAITS: '101/1d' }, LIST.waits],
  [{ SMS_FAILURE_WAITS: '5/8d' }, LIST.waits],
  [{ SMS_PROOF_EXPIRY_SECONDS: '0' }, 'SMS_PROOF_EXPIRY_SECONDS must be a whole number from 1 to 3600'],
  [{ SMS_PROOF_EXPIRY_SECONDS: '3601' }, 'SMS_PROOF_EXPIRY_SECONDS must be a whole number from 1 to 3600'],
  [{ SMS_BINDING: 'maybe' }, 'SMS_BINDING must be required or optional'],
  [
    { SMS_IP_SEND_LIMIT: '20' },
    'SMS_IP_SEND_LIMIT must be requests per duration, such as 20/10m (at most 999999 requests, at most 1d)',
  ],
  [
    { SMS_SUBNET_SEND_LIMIT: '500' },
    'SMS_SUBNET_SEND_LIMIT must be requests per duration, such as 500/10m (at most 999999 requests, at most 1d)',
  ],
  [
    { SMS_IP_VERIFY_LIMIT: '60/2d' },
    'SMS_IP_VERIFY_LIMIT must be requests per duration, such as 60/10m (at most 999999 requests, at most 1d)',
  ],
  [{ SMS_GATEWAYS: 'pigeon' }, `SMS_GATEWAYS ${LIST.gateways}`],
  [{ SMS_GATEWAYS: 'inbox,inbox' }, `SMS_GATEWAYS ${LIST.gateways}`],
  [{ SMS_GATEWAYS_FR: 'inbox,pigeon' }, 'SMS_GATEWAYS_FR must be like SMS_GATEWAYS'],
  [{ SMS_GATEWAY_TIMEOUT_MS: '99' }, 'SMS_GATEWAY_TIMEOUT_MS must be a whole number from 100 to 60000'],
  [{ SMS_GATEWAY_TIMEOUT_MS: '60001' }, 'SMS_GATEWAY_TIMEOUT_MS must be a whole number from 100 to 60000'],
  ...Object.entries(ONE_WORD).map(([name, what]): Refusal => [
    { [name]: OWN_SECRET },
    `${name} must be ${what}`,
  ]),
  ...['PUBLIC_URL', 'KANNEL_URL', 'WEBHOOK_URL'].map((name): Refusal => [
    { [name]: `ftp://:${OWN_SECRET}@host` },
    `${name} must be a URL that begins with http:// or https://`,
  ]),
  ...['KANNEL_DLR_SECRET', 'WEBHOOK_SECRET'].map((name): Refusal => [
    { [name]: SHORT },
    `${name} must be a secret of at least 32 characters`,
  ]),
  [
    { VONAGE_SIGNATURE_METHOD: 'none' },
    'VONAGE_SIGNATURE_METHOD must be md5hash, md5, sha1, sha256 or sha512',
  ],
  [{ SMPP_URL: 'http://smsc' }, 'SMPP_URL must be a URL that begins with smpp:// or smpps://'],
  [{ SMPP_DATA_CODING: '256' }, 'SMPP_DATA_CODING must be a whole number from 0 to 255'],
  [{ SMPP_WINDOW: '0' }, 'SMPP_WINDOW must be a whole number from 1 to 10000'],
  [{ SMPP_WINDOW: '10001' }, 'SMPP_WINDOW must be a whole number from 1 to 10000'],
  [{ SMS_PRODUCT_NAME: 'x'.repeat(31) }, 'SMS_PRODUCT_NAME must be 1 to 30 visible characters'],
  [{ SMS_DEFAULT_LOCALE: 'e' }, 'SMS_DEFAULT_LOCALE must be a language tag, such as en'],
  [
    { SMS_WEBOTP_HOSTS: 'https://host' },
    'SMS_WEBOTP_HOSTS must be host names separated by commas, such as auth.example.com',
  ],
  [
    { SMS_ANDROID_APP_HASHES: 'short' },
    'SMS_ANDROID_APP_HASHES must be hashes of 11 characters separated by commas',
  ],
  [
    { SMS_ALLOW_MULTI_SEGMENT: 'maybe' },
    'SMS_ALLOW_MULTI_SEGMENT must be purpose:locale pairs separated by commas, such as login:hi',
  ],
  [{ SMS_SEND_TIMEOUT_MS: '99' }, 'SMS_SEND_TIMEOUT_MS must be a whole number from 100 to 60000'],
  [{ SMS_SEND_TIMEOUT_MS: '60001' }, 'SMS_SEND_TIMEOUT_MS must be a whole number from 100 to 60000'],
  [{ SMS_ABUSE_MODE: 'on' }, 'SMS_ABUSE_MODE must be off, record or enforce'],
  [{ SMS_ABUSE_WARM_UP_DAYS: '31' }, 'SMS_ABUSE_WARM_UP_DAYS must be a whole number from 0 to 30'],
  [{ SMS_REGIONS_ALLOW: 'US,' }, `SMS_REGIONS_ALLOW ${LIST.countries}`],
  [{ SMS_REGIONS_DENY: 'UK' }, `SMS_REGIONS_DENY ${LIST.countries}`],
  [{ SMS_PRICES: 'x'.repeat(4_097) }, 'SMS_PRICES must be the path of a JSON file'],
  [{ SMS_BUDGET_USD_DAY: '$50' }, `SMS_BUDGET_USD_DAY ${LIST.budget}`],
  [{ SMS_BUDGET_USD_DAY: '1000000.01' }, `SMS_BUDGET_USD_DAY ${LIST.budget}`],
  [{ SMS_BUDGET_USD_DAY_FR: '0.005' }, `SMS_BUDGET_USD_DAY_FR ${LIST.budget}`],
  [{ SMS_CHALLENGE: 'recaptcha' }, 'SMS_CHALLENGE must be none, altcha, turnstile or hcaptcha'],
  ...['TURNSTILE_SITE_KEY', 'HCAPTCHA_SITE_KEY'].map((name): Refusal => [
    { [name]: OWN_SECRET },
    `${name} must be the site key of the account`,
  ]),
  ...['TURNSTILE_SECRET', 'HCAPTCHA_SECRET'].map((name): Refusal => [
    { [name]: OWN_SECRET },
    `${name} must be the secret key of the account`,
  ]),
  // Misspelt, for a purpose that does not exist, or not to be set per purpose: never silently ignored.
  [{ SMS_COLDOWN_SECONDS: '60' }, 'SMS_COLDOWN_SECONDS is not a setting of this application'],
  [{ SMS_MAX_ATTEMPTS_PAYMENT: '3' }, 'SMS_MAX_ATTEMPTS_PAYMENT is not a setting of this application'],
  [{ SMS_CODE_LENGTH_LOGIN: '8' }, 'SMS_CODE_LENGTH_LOGIN is not a setting of this application'],
  [{ SMS_BUDGET_USD_DAY_UK: '10' }, 'SMS_BUDGET_USD_DAY_UK is not a setting of this application'],
];

/** Environments that are refused for how their variables go together, or that change what others mean. */
const REFUSED_TOGETHER: readonly Refusal[] = [
  [
    { SMS_STORE: 'redis' },
    'REDIS_URL, REDIS_CLUSTER_NODES or REDIS_SENTINELS must be set, because SMS_STORE is redis',
  ],
  [
    { REDIS_URL: 'redis://redis', REDIS_CLUSTER_NODES: 'redis:6379' },
    'REDIS_CLUSTER_NODES must not be set beside REDIS_URL: one of the two',
  ],
  [{ REDIS_SENTINELS: 'sentinel:26379' }, 'REDIS_SENTINEL_NAME must be set, because REDIS_SENTINELS is'],
  [
    { REDIS_CLUSTER_NODES: 'redis:6379', REDIS_TLS: 'true', REDIS_TLS_CA_FILE: '/none.pem' },
    'REDIS_TLS_CA_FILE names /none.pem: must be a file that can be read',
  ],
  [
    { SMS_CODE_SECRET: OWN_SECRET, SMS_PHONE_KEY: OWN_SECRET },
    'SMS_PHONE_KEY must not be one of the code secrets',
  ],
  [{ SMS_PHONE_KEY: DEVELOPMENT_CODE_SECRET }, 'SMS_PHONE_KEY must not be one of the code secrets'],
  [{ SMS_CODE_SECRET: DEVELOPMENT_PHONE_KEY }, 'SMS_PHONE_KEY must not be one of the code secrets'],
  [
    { SMS_PURPOSES: 'Login' },
    'SMS_PURPOSES must be names in lower case separated by commas, such as login,register',
  ],
  [
    { SMS_PURPOSES: 'login,' },
    'SMS_PURPOSES must be names in lower case separated by commas, such as login,register',
  ],
  [{ SMS_FAILURE_WAITS: '5/5m,5/10m' }, 'SMS_FAILURE_WAITS must rise in both failures and waits'],
  [{ SMS_FAILURE_WAITS: '5/5m,10/1m' }, 'SMS_FAILURE_WAITS must rise in both failures and waits'],
  [
    { ...PRODUCTION, SMS_CODE_SECRET: '' },
    'SMS_CODE_SECRET must be set in production (try: openssl rand -base64 48)',
  ],
  [
    { ...PRODUCTION, SMS_PHONE_KEY: '' },
    'SMS_PHONE_KEY must be set in production (try: openssl rand -base64 48)',
  ],
  [
    { ...PRODUCTION, SMS_CODE_SECRET: DEVELOPMENT_CODE_SECRET },
    'SMS_CODE_SECRET must not be the development secret in production',
  ],
  [
    { ...PRODUCTION, SMS_CODE_SECRET_PREVIOUS: DEVELOPMENT_CODE_SECRET },
    'SMS_CODE_SECRET_PREVIOUS must not be the development secret in production',
  ],
  [
    { ...PRODUCTION, SMS_PHONE_KEY: DEVELOPMENT_PHONE_KEY },
    'SMS_PHONE_KEY must not be the development secret in production',
  ],
  [
    { ...PRODUCTION, SMS_STORE: '' },
    'REDIS_URL, REDIS_CLUSTER_NODES or REDIS_SENTINELS must be set in production, or SMS_STORE=in-process chosen by name (one process, forgets on restart)',
  ],
  [{ ...PRODUCTION, SMS_GATEWAYS: '' }, 'SMS_GATEWAYS must be set in production'],
  [
    { ...PRODUCTION, SMS_PRODUCT_NAME: '' },
    'SMS_PRODUCT_NAME must be set in production: people read it in every message',
  ],
  [
    { SMS_GATEWAYS: 'inbox,aws', AWS_REGION: 'eu-west-1' },
    'AWS_ORIGINATION_IDENTITY must be set, because SMS_GATEWAYS names aws',
  ],
  [
    { SMS_GATEWAYS_FR: 'webhook', WEBHOOK_URL: 'https://sms.example' },
    'WEBHOOK_SECRET must be set, because SMS_GATEWAYS names webhook',
  ],
  [
    { SMS_GATEWAYS: 'twilio', TWILIO_ACCOUNT_SID: 'AC0', TWILIO_AUTH_TOKEN: 'token' },
    'TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID must be set, one of the two, because SMS_GATEWAYS names twilio',
  ],
  [
    { SMS_REGIONS_ALLOW: 'US', SMS_REGIONS_DENY: 'LV' },
    'SMS_REGIONS_DENY must not be set beside SMS_REGIONS_ALLOW: one of the two',
  ],
  [
    { SMS_PRICES: join(__dirname, 'no-such-file.json') },
    `SMS_PRICES names ${join(__dirname, 'no-such-file.json')}: must be a file that can be read`,
  ],
  [
    { SMS_PRICES: __filename },
    `SMS_PRICES names ${__filename}: must be a JSON object such as { "US": 0.0079, "default": 0.1 }, with no name twice`,
  ],
  [
    { SMS_BUDGET_USD_DAY: '50' },
    'SMS_PRICES must be set, because SMS_BUDGET_USD_DAY counts what messages cost',
  ],
  [
    { SMS_BUDGET_USD_DAY_FR: '50' },
    'SMS_PRICES must be set, because SMS_BUDGET_USD_DAY_FR counts what messages cost',
  ],
  [
    { SMS_CHALLENGE: 'turnstile', TURNSTILE_SITE_KEY: 'key' },
    'TURNSTILE_SECRET must be set, because SMS_CHALLENGE is turnstile',
  ],
  [
    { SMS_CHALLENGE: 'hcaptcha', HCAPTCHA_SECRET: 'key' },
    'HCAPTCHA_SITE_KEY must be set, because SMS_CHALLENGE is hcaptcha',
  ],
];

export const REFUSED = [...REFUSED_ALONE, ...REFUSED_TOGETHER];
