/** What was stored of certificates and what not, after a save that did not do everything. */
define('modules/ksef/certificate-files/refusals', ['modules/ksef/messages/markdown'], markdown => ({
    /**
     * @param {Object} answer The server's: `profileId`, `certificates`, `notLinked`.
     * @param {{id: ?string, name: string}} profile As it was shown before.
     * @param {function(string, Object=): string} text The text of a key in KsefProfile's messages.
     * @returns {string[]} Paragraphs in Markdown; what the server says has its parameters escaped there.
     */
    of: ({profileId, certificates, notLinked}, profile, text) => {
        const wasMade = profileId && !profile.id;
        const name = markdown.escape(profile.name);
        const notLinkedKey = profileId ? 'addCertificatesNotLinked' : 'addCertificatesNoProfile';

        return [
            text('addCertificatesPartly'),
            ...wasMade ? [text('addCertificatesProfileMade', {profile: name})] : [],
            ...certificates.filter(each => each.message).map(each => each.message),
            ...notLinked ? [text(notLinkedKey), notLinked] : [],
        ];
    },
}));
