/** What the server is asked and told of a profile's login that is signed elsewhere. */
define('modules/ksef/signing-request/server', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/record/action',
], ({messagesOf}, recordAction) => {
    const address = ({model}) => `KsefProfile/${model.id}/signingRequest`;

    const send = (view, method, path, name, body) => {
        const text = messagesOf(view);

        return recordAction.send(view, method, address(view) + path, {
            progress: text(`${name}Progress`),
            failure: text(`${name}Failed`),
        }, body);
    };

    // Each takes the view with the profile, and gives the server's answer; null after a refusal, which was shown.
    return {
        /** What the profile's model triggers when it may stand elsewhere than before. */
        event: 'ksef-signing-request',

        read: view => send(view, 'GET', '', 'signingRequest'),

        /** The same without a word. */
        readQuietly: view => recordAction.askQuietly(address(view), {}, 'GET'),

        /** @param {boolean} byFingerprint Whether KSeF is to know the signer by the certificate's fingerprint. */
        begin: (view, byFingerprint = false) => send(view, 'POST', '', 'signingRequest', {byFingerprint}),

        /** @param {string} content The signed file in base64. */
        handIn: (view, content) => send(view, 'PUT', '', 'signedFile', {content}),

        requestCertificates: (view, withPackage) =>
            send(view, 'POST', '/certificates', 'signedCertificates', {withPackage}),

        collect: ({id}) => recordAction.askQuietly(`KsefCertificate/${id}/collect`),
    };
});
