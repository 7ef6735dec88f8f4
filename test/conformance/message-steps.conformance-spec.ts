import { RedisSmsCodeStorage } from '@app/sms-verification';
import { RedisKeys } from '../../libs/sms-verification/src/storage/redis/redis-keys';
import * as scripts from '../../libs/sms-verification/src/storage/redis/scripts';
import { TOPOLOGIES } from '../support/topologies';
import { MINUTE, Requester, rounded, type Held } from './requester';
import { openRedis, type RedisUnderTest } from './storage-under-test';

/**
 * recordSent is two scripts on two keys, which on a Cluster may stand on two nodes: here each is run alone, in the
 * order that one connection to one node never shows.
 */
describe.each(TOPOLOGIES)(
  `${RedisSmsCodeStorage.name}$where: a report between the steps of recordSent`,
  ({ connect }) => {
    const GATEWAY = 'first';
    const MESSAGE_ID = 'message-1';
    let under: RedisUnderTest;
    beforeEach(async () => {
      under = await openRedis(connect);
    });
    afterEach(() => under.close());

    function named({ fingerprint, purpose }: Requester, { verificationId, sentAt }: Held) {
      const owner = [fingerprint, purpose, verificationId, sentAt - under.shiftMs].join(' ');
      const message = new RedisKeys(under.keyPrefix).message(GATEWAY, MESSAGE_ID);
      return scripts.nameMessage.run(under.redis, { message }, { owner, memoryMs: MINUTE });
    }

    function noted({ fingerprint, purpose }: Requester, { verificationId, sentAt }: Held) {
      const record = new RedisKeys(under.keyPrefix).record(fingerprint);
      const args = {
        purpose,
        verificationId,
        sentAt: sentAt - under.shiftMs,
        gateway: GATEWAY,
        idempotencyKey: '',
        assessedAt: 0,
      };
      return scripts.recordSent.run(under.redis, { record }, args);
    }

    it.each(['delivered', 'undelivered'] as const)('is believed: %s', async (state) => {
      const requester = Requester.of(under);
      const held = await requester.issue();
      await named(requester, held);
      await expect(
        requester.storage.recordDelivery({ gateway: GATEWAY, messageId: MESSAGE_ID, state }),
      ).resolves.toMatchObject({ outcome: 'recorded' });
      await expect(requester.status(held)).resolves.toMatchObject({ delivery: state });
      await noted(requester, held);
      expect(rounded(await requester.status(held))).toMatchObject({
        delivery: state,
        resendInMs: state === 'undelivered' ? 0 : MINUTE,
      });
      if (state === 'undelivered') {
        await expect(requester.resend(held)).resolves.toMatchObject({ failedGateway: GATEWAY });
      }
    });

    it.each(['delivered', 'undelivered'] as const)('of a resend is believed: %s', async (state) => {
      const requester = Requester.of(under);
      const held = await requester.issue();
      await requester.recordSent(held, { gateway: 'other', messageId: 'message-0' });
      await under.advance(MINUTE);
      const again = await requester.resend(held);
      await named(requester, again);
      await requester.storage.recordDelivery({ gateway: GATEWAY, messageId: MESSAGE_ID, state });
      await noted(requester, again);
      await expect(requester.status(held)).resolves.toMatchObject({ delivery: state });
    });

    it.each(['noted', 'named'] as const)('never comes when its caller dies once it has %s', async (last) => {
      const requester = Requester.of(under);
      const held = await requester.issue();
      await (last === 'noted' ? noted : named)(requester, held);
      await expect(requester.status(held)).resolves.toMatchObject({
        state: 'pending',
        delivery: last === 'noted' ? 'sent' : 'queued',
      });
      await expect(requester.verify(held)).resolves.toMatchObject({ outcome: 'verified' });
    });
  },
);
