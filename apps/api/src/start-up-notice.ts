import type { RedisPlace } from './config/redis-settings';
import type { Settings } from './config/settings';

/** Three lines that say what was chosen and how to change it. */
export function startUpNotice(settings: Settings, url: string, price: string): string[] {
  const { redis, developmentSecrets } = settings;
  return [
    storeLine(redis?.place),
    `${gatewayLine(settings, url)} A message costs ${price}. To change it: SMS_GATEWAYS.`,
    developmentSecrets
      ? `Listening on ${url} with development secrets. For your own: SMS_CODE_SECRET and SMS_PHONE_KEY, 32 bytes or more.`
      : `Listening on ${url} with your own secrets. To rotate: SMS_CODE_SECRET_PREVIOUS.`,
  ];
}

function storeLine(place: RedisPlace | undefined): string {
  const instead = 'To keep codes in this process instead: SMS_STORE=in-process.';
  switch (place?.topology) {
    case undefined:
      return 'Store: this process (one instance, forgets on restart). To use Redis: REDIS_URL=redis://127.0.0.1:6379.';
    case 'single':
      return `Store: Redis at REDIS_URL. ${instead}`;
    case 'sentinel':
      return `Store: Redis, the master that REDIS_SENTINELS call ${place.name}. ${instead}`;
    case 'cluster':
      return `Store: Redis Cluster at REDIS_CLUSTER_NODES. ${instead}`;
  }
}

function gatewayLine({ gateways, production }: Settings, url: string): string {
  const names = gateways.order.join(', then ');
  if (names !== 'inbox') return `Gateway: ${names}.`;
  return production
    ? 'Gateway: inbox, which delivers nothing and shows nothing in production.'
    : `Gateway: inbox, no SMS leaves this machine; try it at ${url}, read the messages at ${url}/dev/inbox.`;
}
