/** Bytes as they go to the server. */
define('modules/ksef/certificate-files/base64', [], () => {
    const pieceBytes = 32768;

    return {
        /** @param {Uint8Array} bytes */
        encode: bytes => {
            let binary = '';

            for (let at = 0; at < bytes.length; at += pieceBytes) {
                binary += String.fromCharCode(...bytes.subarray(at, at + pieceBytes));
            }

            return btoa(binary);
        },
    };
});
