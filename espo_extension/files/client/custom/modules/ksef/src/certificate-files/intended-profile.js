/** Which profile certificates go into when they were added without one: a stored one, or one that they make. */
define('modules/ksef/certificate-files/intended-profile', [
    'modules/ksef/certificate-files/found-certificates',
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/ui/element',
], (foundCertificates, {fill}, MessageText, {element}) => {
    const scope = 'KsefProfile';
    const none = {id: null, name: '', nip: '', environment: null, isNipTold: true, missing: []};

    const environment = (view, value) => view.getLanguage().translateOption(value, 'environment', scope);

    const sentence = (view, profile, key) => fill(view.translate(key, 'messages', scope), {
        profile: profile.name,
        nip: profile.nip,
        environment: environment(view, profile.environment),
    });

    const self = {
        /** @returns {Object} What the server said of the profile; nothing before it was asked. */
        of: ({profile}) => profile || none,

        /** Whether somebody has to say whose the certificates are. */
        isNipAsked: sorting =>
            !self.of(sorting).isNipTold && Object.keys(foundCertificates.placed(sorting)).length > 0,

        /**
         * Whether the certificates go into a stored profile that nobody has seen yet.
         *
         * @param {Object} sorting The server's answer.
         * @param {Object} seen The answer before.
         * @param {?string} known The profile in which the dialog was opened.
         */
        isUnseen: (sorting, seen, known) => {
            const {id} = self.of(sorting);

            return !!id && id !== known && id !== self.of(seen).id;
        },

        /**
         * @param {Object} view Any view.
         * @param {Object} sorting The server's answer.
         * @returns {HTMLElement|string} Nothing before a certificate is found that can be used.
         */
        element: (view, sorting) => {
            const profile = self.of(sorting);
            const placed = foundCertificates.placed(sorting);

            if (!Object.keys(placed).length) {
                return '';
            }

            if (profile.missing.length) {
                const texts = MessageText.of(view);

                return element('div', 'alert alert-warning ksef-intended',
                    ...profile.missing.map(each => element('div', '', ...texts.nodes(each))));
            }

            const changesLogin = profile.id && profile.authorizationType === 'Token' && placed.authorizationCertificate;

            return element('div', 'alert alert-info ksef-intended',
                element('div', '', sentence(view, profile, profile.id ? 'addCertificatesToProfile' : 'addCertificatesMakeProfile')),
                changesLogin ? element('div', '', sentence(view, profile, 'addCertificatesChangeLogin')) : '',
            );
        },
    };

    return self;
});
