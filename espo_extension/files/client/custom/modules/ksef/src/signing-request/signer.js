/** Who signed a login, and what KSeF lets them do. */
define('modules/ksef/signing-request/signer', [
    'modules/ksef/certificate/days-left',
    'modules/ksef/certificate/facts',
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/element',
], (daysLeft, certificateFacts, {messagesOf}, MessageText, {element}) => {
    const scope = 'KsefProfile';

    const self = {
        /** Name, and company where the signature names one. */
        name: ({name, organizationName}) =>
            organizationName && organizationName !== name ? `${name}, ${organizationName}` : name,

        /**
         * What the certificate of a signature says, in one line.
         *
         * @param {Object} signer
         * @param {function(string, Object=): string} text The text of a key in KsefProfile's messages.
         * @param {{identifierType: function(string): string, date: function(string): string}} words
         */
        facts: (signer, text, {identifierType, date}) =>
            text(signer.isQualified ? 'signerQualified' : 'signerNotQualified', {
                identifier: `${identifierType(signer.identifierType)} ${signer.identifierValue}`,
                issuer: certificateFacts.personOf(signer.issuerName),
                date: date(signer.validTo),
            }),

        /**
         * @param {Object} view The view with a KsefProfile.
         * @param {Object} request With its signer and rights.
         * @returns {HTMLElement}
         */
        element: (view, {signer, permissions, secondsLeft}) => {
            const text = messagesOf(view);
            const texts = MessageText.of(view);
            const words = {
                identifierType: type => view.getLanguage().translateOption(type, 'identifierType', 'KsefCertificate'),
                date: daysLeft.dateOf(view),
            };
            const rights = permissions?.length ?
                [
                    element('p', '', text('signerRights')),
                    element('ul', '', ...permissions.map(each => element('li', '', texts.right(each)))),
                ] :
                [element('p', 'alert alert-warning', text('signerNoRights'))];

            return element('div', 'ksef-signer',
                element('p', '',
                    view.translate(signer.isSeal ? 'Sealed By' : 'Signed By', 'labels', scope), ' ',
                    element('strong', '', self.name(signer)), element('br', ''),
                    element('span', 'text-soft', self.facts(signer, text, words)),
                ),
                ...rights,
                element('p', '', text('signerCertificates', {minutes: Math.ceil(secondsLeft / 60)})),
            );
        },
    };

    return self;
});
