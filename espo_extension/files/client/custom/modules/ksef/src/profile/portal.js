/** The taxpayer's web application (Aplikacja Podatnika KSeF), where tokens and certificates come from. */
define('modules/ksef/profile/portal', ['modules/ksef/ui/element'], ({element}) => ({
    /**
     * A link to the application of the environment that the view's profile is in.
     *
     * @param {'Tokens'|'Certificates'} section Where in the application.
     * @returns {?HTMLElement} Null while no environment is chosen.
     */
    link: (view, section) => {
        const environment = view.model.get('environment') || '';
        const url = view.getMetadata().get(['app', 'ksef', 'portalUrls', environment]);

        if (!url) {
            return null;
        }

        const inWords = view.translate(`environmentOf_${environment}`, 'messages', 'KsefCertificate');
        const text = view.translate(`portal${section}`, 'messages', 'KsefProfile').replace('{environment}', inWords);
        const link = element('a', '', text);

        link.href = url;
        link.target = '_blank';
        link.rel = 'noopener noreferrer';

        return element('div', 'ksef-portal small', link);
    },
}));
