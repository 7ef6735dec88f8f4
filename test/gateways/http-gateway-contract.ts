import type { SmsGateway } from '@app/sms-verification';
import { LoopbackPeer } from './loopback-peer';
import { freshMessage, outcomeOf, patience } from './messages';

export interface HttpGatewayContract {
  /** A gateway whose provider is at this address. */
  readonly create: (url: string) => SmsGateway;
  /** A status with which the provider would accept. */
  readonly acceptedStatus: number;
  /** The provider's HTTP client is the SDK's, and follows redirects. */
  readonly followsRedirects?: boolean;
  /** Any answer of success is an acceptance. */
  readonly acceptsAnyBody?: boolean;
}

/** What every gateway over HTTP makes of a connection that fails and of answers that come from anywhere. */
export function describeHttpGateway(contract: HttpGatewayContract): void {
  describe('when the connection or the answer fails', () => {
    let peer: LoopbackPeer;

    beforeEach(async () => {
      peer = await LoopbackPeer.start();
    });
    afterEach(() => peer.close());

    async function send(signal = patience(), url = peer.url): Promise<string> {
      const gateway = contract.create(url);
      const message = freshMessage();
      try {
        return await outcomeOf(gateway.send(message, signal), message);
      } finally {
        await gateway.close?.();
      }
    }

    it('counts as refused when nothing listens', async () => {
      expect(await send(patience(), await LoopbackPeer.vacantUrl())).toBe('refused');
    });

    it('counts as refused when the wait had ended before the request, which is never made', async () => {
      expect(await send(AbortSignal.abort())).toBe('refused');
      expect(peer.requests).toHaveLength(0);
    });

    it('counts as unknown when the wait ends after the request left', async () => {
      const giveUp = new AbortController();
      const arrival = peer.staysSilent();
      const sending = send(giveUp.signal);
      await arrival;
      giveUp.abort();
      expect(await sending).toBe('unknown');
      expect(peer.requests).toHaveLength(1);
    });

    it('counts as unknown when the connection is reset after the request left, and asks no second time', async () => {
      peer.resets();
      expect(await send()).toBe('unknown');
      expect(peer.requests).toHaveLength(1);
    });

    it('counts as unknown when the answer breaks off', async () => {
      peer.breaksOff(contract.acceptedStatus);
      expect(await send()).toBe('unknown');
      expect(peer.requests).toHaveLength(1);
    });

    it.each([400, 401, 403, 404, 429, 500, 503])(
      'counts %i as refused, and asks no second time',
      async (status) => {
        peer.answers(status, '<html>no</html>');
        expect(await send()).toBe('refused');
        expect(peer.requests).toHaveLength(1);
      },
    );

    it.each([502, 504])('counts %i as unknown: an intermediary speaks', async (status) => {
      peer.answers(status, '<html>no</html>');
      expect(await send()).toBe('unknown');
      expect(peer.requests).toHaveLength(1);
    });

    if (contract.followsRedirects !== true) {
      it('counts a redirect as refused and does not take the message elsewhere', async () => {
        peer.answers(307, '', { location: `${peer.url}/elsewhere` });
        expect(await send()).toBe('refused');
        expect(peer.requests).toHaveLength(1);
      });
    }

    if (contract.acceptsAnyBody !== true) {
      it('counts a page of something else, answered with success, as unknown', async () => {
        peer.answers(contract.acceptedStatus, '<html>please log in</html>');
        expect(await send()).toBe('unknown');
      });
    }
  });
}
