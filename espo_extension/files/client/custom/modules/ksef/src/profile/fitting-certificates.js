/** Certificates that a profile can use in place of one that ended, or of its token: offered, and linked. */
define('modules/ksef/profile/fitting-certificates', [
    'modules/ksef/certificate/holder',
    'modules/ksef/messages/filled-text',
    'modules/ksef/record/action',
    'modules/ksef/record/saved-findings',
    'modules/ksef/ui/element',
], (certificateHolder, {messagesOf}, recordAction, savedFindings, {button}) => {
    const login = 'authorizationCertificate';

    const self = {
        /**
         * @param {Object} view The view with a KsefProfile.
         * @returns {Promise<Object[]>} Each with id, name, and the field that takes it; none where nobody answers.
         */
        load: async view => {
            try {
                return (await Espo.Ajax.getRequest(`KsefProfile/${view.model.id}/fittingCertificates`)).list;
            } catch {
                // EspoCRM itself says why it did not answer.
                return [];
            }
        },

        /**
         * Link a certificate in the profile; where it logs in, the profile logs in by certificate from then on.
         *
         * @param {Object} view The view with a KsefProfile.
         * @param {{id: string, name: string, field: string}} certificate
         * @returns {Promise<boolean>} Whether that was saved; a refusal was shown.
         */
        link: async (view, {id, name, field}) => {
            const {model} = view;
            const text = messagesOf(view);
            const byCertificate = field === login ? {authorizationType: 'Certificate'} : {};

            const saved = await recordAction.send(view, 'PUT', `KsefProfile/${model.id}`, {
                progress: text('linkCertificateProgress', {certificate: name}),
                failure: text('linkCertificateFailed', {certificate: name}),
            }, {[`${field}Id`]: id, ...byCertificate});

            if (saved) {
                await model.fetch();
                // It is of the company, or of whom the one before was of.
                savedFindings.tell(view, model.get('name'), saved.findings?.filter(
                    ({code}) => !certificateHolder.codes.includes(code),
                ));
            }

            return !!saved;
        },

        /**
         * @param {Object} view The view with a KsefProfile.
         * @param {Object[]} certificates As of `load`.
         * @param {function()} linked Called once one is linked.
         * @param {function()} [pressed] Called before.
         * @returns {HTMLElement[]} A button for each.
         */
        buttons: (view, certificates, linked, pressed = () => {}) => certificates.map(certificate => button(
            messagesOf(view)('linkActiveCertificate', {certificate: certificate.name}),
            async () => {
                pressed();

                if (await self.link(view, certificate)) {
                    linked();
                }
            },
        )),
    };

    return self;
});
