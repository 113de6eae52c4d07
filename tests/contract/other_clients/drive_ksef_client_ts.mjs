// Drives the package ksef-client-ts: logs in by certificate, makes a token, logs in by it, looks,
// logs out. Reads {baseUrl, nip, certificate, key} (PEM) from standard input; the first argument is
// the folder that the package is installed in.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

const {KSeFClient} = createRequire(join(process.argv[2], 'package.json'))('ksef-client-ts');
const given = JSON.parse(readFileSync(0, 'utf8'));

const owner = new KSeFClient({baseUrl: given.baseUrl});
await owner.loginWithCertificate(given.certificate, given.key, given.nip);
const made = await owner.tokens.generateToken({
    permissions: ['InvoiceRead', 'InvoiceWrite'],
    description: 'Token klienta zewnętrznego',
});
while ((await owner.tokens.getToken(made.referenceNumber)).status === 'Pending') {
    await new Promise((resolve) => setTimeout(resolve, 200));
}
const byToken = new KSeFClient({baseUrl: given.baseUrl});
await byToken.crypto.init();
await byToken.loginWithToken(made.token, given.nip);
const {items} = await byToken.activeSessions.getActiveSessions();
await byToken.activeSessions.revokeCurrentSession();
await owner.activeSessions.revokeCurrentSession();
console.log(JSON.stringify({sessions: items.length}));
