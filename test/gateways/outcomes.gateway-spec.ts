import { notAccepted, notAnswered } from '../../libs/sms-gateways/src/http/outcomes';
import { post } from '../../libs/sms-gateways/src/http/post';
import { LoopbackPeer } from './loopback-peer';
import { patience } from './messages';

function fault(properties: object): Error {
  return Object.assign(new Error('to +14155550100: 493817'), properties);
}

describe(notAnswered.name, () => {
  it.each([
    { code: 'ECONNREFUSED' },
    { code: 'ENOTFOUND', syscall: 'getaddrinfo' },
    { code: 'EAI_AGAIN', syscall: 'getaddrinfo' },
    { code: 'ETIMEDOUT', syscall: 'connect' },
    { code: 'ENETUNREACH', syscall: 'connect' },
    { code: 'EHOSTUNREACH', syscall: 'connect' },
    { code: 'UND_ERR_CONNECT_TIMEOUT' },
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { code: 'CERT_HAS_EXPIRED' },
    { errors: [fault({ code: 'ECONNREFUSED', syscall: 'connect' })] },
    { cause: { errors: [fault({ code: 'ECONNREFUSED' })] } },
  ])('says that the request never left after %j', (properties) => {
    expect(notAnswered('it', fault(properties)).outcome).toBe('refused');
    expect(notAnswered('it', fault({ cause: fault(properties) })).outcome).toBe('refused');
  });

  it.each([
    {},
    { code: 'ECONNRESET', syscall: 'read' },
    { code: 'EPIPE', syscall: 'write' },
    { code: 'ETIMEDOUT', syscall: 'read' },
    { code: 'EHOSTUNREACH', syscall: 'write' },
    { code: 'ECONNABORTED' },
    { code: 'ERR_CANCELED' },
    { code: 'UND_ERR_SOCKET' },
    { code: 'UND_ERR_HEADERS_TIMEOUT' },
    { code: 20, name: 'AbortError' },
    { errors: [null, 'text', 7] },
  ])('leaves the outcome open after %j', (properties) => {
    expect(notAnswered('it', fault(properties)).outcome).toBe('unknown');
    expect(notAnswered('it', fault({ cause: fault(properties) })).outcome).toBe('unknown');
  });

  it.each([undefined, null, 'text', 7])('leaves the outcome open when %j was thrown', (thrown) => {
    expect(notAnswered('it', thrown).outcome).toBe('unknown');
  });

  it('follows no circle of causes for ever', () => {
    const circle = fault({});
    circle.cause = circle;
    expect(notAnswered('it', circle).outcome).toBe('unknown');
  });

  it('names the fault and repeats none of its text', () => {
    const { message, cause } = notAnswered('it', fault({ cause: fault({ code: 'ECONNRESET' }) }));
    expect(message).toBe('it did not answer (ECONNRESET)');
    expect(cause).toBeUndefined();
  });
});

describe(notAccepted.name, () => {
  it.each([
    [500, undefined, 'it answered 500'],
    [400, 'error 21606', 'it answered 400 (error 21606)'],
  ])('says what was answered: %i %s', (status, reason, message) => {
    expect(notAccepted('it', status, reason).message).toBe(message);
  });
});

describe(post.name, () => {
  it('names the refused connection of a real attempt', async () => {
    const url = await LoopbackPeer.vacantUrl();
    await expect(post('it', url, {}, 'body', patience())).rejects.toThrow(
      'it was not reached (ECONNREFUSED)',
    );
  });

  it('counts a name that cannot exist as not reached', async () => {
    await expect(post('it', 'http://gateway.invalid/', {}, 'body', patience())).rejects.toMatchObject({
      outcome: 'refused',
    });
  });
});
