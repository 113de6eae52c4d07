/** The distinguished name of a certificate's subject, as RFC 4514 writes it. */
define('modules/ksef/certificate/subject-name', [], () => {
    const attribute = /(?:^|[,+])\s*([A-Za-z0-9.]+)=((?:\\.|[^,+\\])*)/gs;
    const escapedBytes = /(?:\\[0-9A-Fa-f]{2})+/g;

    const decode = hex => {
        const bytes = hex.match(/[0-9A-Fa-f]{2}/g).map(each => parseInt(each, 16));

        return new TextDecoder().decode(new Uint8Array(bytes));
    };

    const unescape = value => value.replace(escapedBytes, decode).replace(/\\(.)/gs, '$1').trim();

    return {
        /** @returns {Map<string, string>} Values by the types of attributes, in capitals. */
        attributes: name => new Map(
            [...name.matchAll(attribute)].map(([, type, value]) => [type.toUpperCase(), unescape(value)]),
        ),
    };
});
