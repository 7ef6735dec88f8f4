// Loaded into the built application before it starts: the inbox accepts every message and keeps, logs and reports
// none, so that what is measured is the application and not a gateway.
const { randomUUID } = require('node:crypto');
const { join } = require('node:path');

const { InboxSmsGateway } = require(join(__dirname, '../../../dist/libs/sms-gateways/src/index.js'));

InboxSmsGateway.prototype.send = () => Promise.resolve({ messageId: randomUUID() });
