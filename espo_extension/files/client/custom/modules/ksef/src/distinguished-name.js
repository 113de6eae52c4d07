/** Names of certificates' subjects as RFC 4514 writes them. */
define('modules/ksef/distinguished-name', [], () => {
    const attribute = /(?:^|[,+])\s*([A-Za-z0-9.]+)=((?:\\.|[^,+\\])*)/gs;
    const escapedByte = /(?:\\[0-9A-Fa-f]{2})+/g;

    const decode = hex => {
        const bytes = hex.match(/[0-9A-Fa-f]{2}/g).map(each => parseInt(each, 16));

        return new TextDecoder().decode(new Uint8Array(bytes));
    };

    const unescape = value => value.replace(escapedByte, decode).replace(/\\(.)/gs, '$1').trim();

    return {
        /** Whom a name speaks of: its common name, else its organization, else the whole name. */
        person: name => {
            const found = new Map();

            for (const [, type, value] of name.matchAll(attribute)) {
                found.set(type.toUpperCase(), unescape(value));
            }

            return found.get('CN') || found.get('O') || name;
        },
    };
});
