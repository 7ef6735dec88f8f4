import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerCertificate } from './redis-server';

/** A certificate for 127.0.0.1, signed by itself, in files, as servers and REDIS_TLS_CA_FILE want it. */
export function makeCertificate(): ServerCertificate & { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sms-verification-certificate-'));
  const certificateFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', keyFile, '-out', certificateFile],
    ],
    { stdio: 'ignore' },
  );
  return {
    certificateFile,
    keyFile,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
