/** What a profile logs in with. */
define('modules/ksef/profile/credential', [], () => ({
    /** @returns {boolean} Whether the profile has one of the kind by which it logs in. */
    isHeldBy: model => model.get('authorizationType') === 'Certificate' ?
        !!model.get('authorizationCertificateId') :
        !!model.get('tokenReference'),
}));
