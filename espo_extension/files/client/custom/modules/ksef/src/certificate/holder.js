/** Whose a certificate is, beside whose the profile is that links it. */
define('modules/ksef/certificate/holder', [
    'modules/ksef/messages/markdown',
    'modules/ksef/messages/message-text',
], (markdown, MessageText) => {
    const anotherNip = 'linked-certificate-of-another-nip';

    const isOfAnotherNip = (nip, certificate) =>
        !!nip && certificate.get('identifierType') === 'Nip' && certificate.get('identifierValue') !== nip;

    const question = (view, nip, certificate) => {
        const params = {
            certificate: certificate.get('name'),
            identifierValue: certificate.get('identifierValue'),
            nip,
        };
        const told = MessageText.of(view).markdown({code: anotherNip, params});

        return `${told}\n\n${markdown.escape(view.translate('linkAnotherNip', 'messages', 'KsefProfile'))}`;
    };

    return {
        /** The attributes of a certificate that tell whose it is. */
        attributes: ['identifierType', 'identifierValue'],

        /** What a save tells of a certificate that is somebody else's. */
        codes: [anotherNip, 'linked-certificate-of-a-person'],

        isOfAnotherNip,

        /**
         * The filter of a picker that shows the company's own certificates; whoever takes it away sees the rest.
         *
         * @param {Object} view A field view that links a certificate to the profile of its model.
         * @param {Object} offered The query of what the picker offers without it.
         * @returns {Promise<Object>} Empty where there are none.
         */
        ownFilter: async (view, {where = [], ...offered}) => {
            const nip = view.model.get('nip');

            if (!nip) {
                return {};
            }

            const own = {type: 'equals', attribute: 'identifierValue', value: nip};
            const query = $.param({...offered, maxSize: 1, select: 'id', where: [own, ...where]});

            try {
                const {list} = await Espo.Ajax.getRequest(`KsefCertificate?${query}`);

                return list.length ? {identifierValue: {...own, data: {type: 'equals', value: nip}}} : {};
            } catch {
                // EspoCRM itself says why it did not answer; the picker then shows all.
                return {};
            }
        },

        /**
         * Where the certificate is of another NIP than the profile it is asked whether it is wanted.
         *
         * @param {Object} view A field view that links a certificate to the profile of its model.
         * @param {Object} certificate The model of a certificate.
         * @returns {Promise} Never resolved when it is not.
         */
        ask: async (view, certificate) => {
            const nip = view.model.get('nip');

            if (!isOfAnotherNip(nip, certificate)) {
                return;
            }

            await view.confirm({
                message: question(view, nip, certificate),
                confirmText: view.translate('Link', 'labels', 'KsefCertificate'),
            });

            view.model.trigger('ksef-another-nip-wanted', view.name);
        },
    };
});
