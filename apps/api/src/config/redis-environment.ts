import { IsIn, IsOptional } from 'class-validator';
import { parseAddress, parseList } from './text-formats';
import { MustBe } from './validators';

const isAddressList = (text: string): boolean =>
  parseList(text).every((item) => parseAddress(item) !== undefined);
const Addresses = (example: string): PropertyDecorator =>
  MustBe(`host:port separated by commas, such as ${example}`, isAddressList);
const Name = (): PropertyDecorator =>
  MustBe('a name of at most 256 visible characters', (text) => /^[\x21-\x7e]{1,256}$/.test(text));
const Password = (): PropertyDecorator =>
  MustBe('a password of at most 512 characters', (text) => /^[^\p{Cc}]{1,512}$/u.test(text));
const PemFile = (): PropertyDecorator =>
  MustBe('the path of a PEM file', (text) => text.length <= 4_096 && !text.includes('\0'));

/** The variables that say where Redis is, and how to be let in. */
export class RedisEnvironment {
  @IsOptional()
  @MustBe(
    'a URL that begins with redis:// or rediss://',
    (text) => /^rediss?:\/\/./.test(text) && URL.canParse(text),
  )
  REDIS_URL?: string;

  @IsOptional()
  @Addresses('redis-1:6379,redis-2:6379')
  REDIS_CLUSTER_NODES?: string;

  @IsOptional()
  @Addresses('sentinel-1:26379,sentinel-2:26379')
  REDIS_SENTINELS?: string;

  @IsOptional()
  @MustBe('what the Sentinels call the master: letters, digits and the signs . - _', (text) =>
    /^[A-Za-z0-9._-]{1,256}$/.test(text),
  )
  REDIS_SENTINEL_NAME?: string;

  @IsOptional()
  @Name()
  REDIS_USERNAME?: string;

  @IsOptional()
  @Password()
  REDIS_PASSWORD?: string;

  @IsOptional()
  @Name()
  REDIS_SENTINEL_USERNAME?: string;

  @IsOptional()
  @Password()
  REDIS_SENTINEL_PASSWORD?: string;

  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  REDIS_TLS?: 'true' | 'false';

  @IsOptional()
  @PemFile()
  REDIS_TLS_CA_FILE?: string;

  @IsOptional()
  @PemFile()
  REDIS_TLS_CERT_FILE?: string;

  @IsOptional()
  @PemFile()
  REDIS_TLS_KEY_FILE?: string;

  @IsOptional()
  @MustBe('at most 64 letters, digits and the signs : _ - .', (text) => /^[A-Za-z0-9:_.-]{1,64}$/.test(text))
  REDIS_KEY_PREFIX?: string;
}
