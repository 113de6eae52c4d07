/** The taxpayer's web application (Aplikacja Podatnika KSeF), where tokens and certificates come from. */
define('modules/ksef/profile/portal', ['modules/ksef/ui/element'], ({element, outside}) => {
    const anchor = (view, section) => {
        const environment = view.model.get('environment') || '';
        const url = view.getMetadata().get(['app', 'ksef', 'portalUrls', environment]);

        if (!url) {
            return null;
        }

        const inWords = view.translate(`environmentOf_${environment}`, 'messages', 'KsefCertificate');
        const text = view.translate(`portal${section}`, 'messages', 'KsefProfile').replace('{environment}', inWords);

        return outside(url, text);
    };

    return {
        /**
         * A link to the application of the environment that the view's profile is in.
         *
         * @param {'Tokens'|'Certificates'} section Where in the application.
         * @returns {?HTMLElement} Null while no environment is chosen.
         */
        anchor,

        /** The same on a line of its own. */
        link: (view, section) => {
            const found = anchor(view, section);

            return found && element('div', 'ksef-portal small', found);
        },
    };
});
