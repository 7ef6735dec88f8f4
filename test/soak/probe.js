// Loaded into the built application before it starts, as `node --expose-gc -r`: tells its parent, when asked, how much
// it holds once everything that can be freed is freed.
const { setInterval } = require('node:timers');

process.on('message', () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ bytes: heapUsed + external, rss, handles: process.getActiveResourcesInfo().length });
});
// Being asked is no reason to live on; nor is there any once nobody is left to ask.
process.channel.unref();
process.on('disconnect', () => process.exit());

if (process.env.SOAK_SABOTAGE === 'leak') {
  const kept = [];
  setInterval(() => kept.push(new Array(16_384).fill(kept.length + 0.5)), 500).unref();
}
