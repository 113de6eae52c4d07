/** Whether a file that somebody chose holds a key that opens only with a password. */
define('modules/ksef/certificate/encrypted-file', [], () => {
    const sequence = 0x30;
    const integer = 0x02;
    const objectIdentifier = 0x06;
    const pkcs12Version = 3;
    const encryptedPem = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type:\s*4,\s*ENCRYPTED/;

    /** The tag at an offset of DER and where its content begins. */
    const element = (bytes, offset) => {
        const length = bytes[offset + 1];

        return {tag: bytes[offset], content: offset + 2 + (length > 0x80 ? length & 0x7f : 0)};
    };

    /** A PKCS #12 file begins with version 3, an encrypted PKCS #8 key with an algorithm. */
    const isEncryptedDer = bytes => {
        const outer = element(bytes, 0);

        if (outer.tag !== sequence) {
            return false;
        }

        const first = element(bytes, outer.content);

        if (first.tag === integer) {
            return bytes[first.content] === pkcs12Version;
        }

        return first.tag === sequence && element(bytes, first.content).tag === objectIdentifier;
    };

    return {
        /** @param {Uint8Array} bytes The file, or as much of its beginning as there is. */
        needsPassword: bytes => isEncryptedDer(bytes) || encryptedPem.test(new TextDecoder().decode(bytes)),
    };
});
