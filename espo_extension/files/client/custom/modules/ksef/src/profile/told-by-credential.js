/** What a token or a certificate tells of the profile that logs in with it. */
define('modules/ksef/profile/told-by-credential', [
    'modules/ksef/certificate/subject-name',
    'modules/ksef/profile/written-number',
], (subjectName, writtenNumber) => {
    const context = /\|(?:nip-(\d{10})|internalId-((\d{10})-\d{5}))\|/;

    const ofNip = ['internalId', 'companyName', 'name'];

    /** A value is left out where nothing is told of it. */
    const told = values => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

    return {
        /** The attributes of a certificate that tell something. */
        certificateAttributes: ['identifierType', 'identifierValue', 'subjectName', 'environment'],

        /**
         * Of a token as it was pasted.
         *
         * @param {?string} token
         * @returns {Object.<string, string>} Attributes of a profile.
         */
        ofToken: token => {
            if (!token) {
                return {};
            }

            const [, nip, internalId, company] = writtenNumber.asOneLine(token).match(context) || [];

            return told({authorizationType: 'Token', nip: nip || company, internalId, name: nip || internalId});
        },

        /**
         * Of a certificate that was chosen or made. A person's names no company.
         *
         * @param {{get: function(string): ?string}} certificate
         * @returns {Object.<string, string>} Attributes of a profile.
         */
        ofCertificate: certificate => {
            const isOfCompany = certificate.get('identifierType') === 'Nip';
            const nip = isOfCompany && certificate.get('identifierValue');
            const company = isOfCompany && subjectName.attributes(certificate.get('subjectName') || '').get('O');
            const companyName = company && company.slice(0, 255);

            return told({
                authorizationType: 'Certificate',
                environment: certificate.get('environment'),
                nip,
                companyName,
                name: companyName || nip,
            });
        },

        /**
         * What of it is taken into a form: what was typed there stays, what came from an earlier credential does not.
         * A unit and names are taken only with the NIP that they belong to.
         *
         * @param {Object.<string, string>} values What a credential tells.
         * @param {function(string): ?string} current Gives what the form has.
         * @param {Object.<string, string>} before What was taken from the credential before.
         * @returns {Object.<string, ?string>}
         */
        taken: (values, current, before) => {
            const isFree = name => !current(name) || current(name) === before[name];
            const nip = isFree('nip') ? values.nip : current('nip');
            const isOfNip = nip === values.nip;
            const value = name => !isOfNip && ofNip.includes(name) ? null : values[name] ?? null;

            return Object.fromEntries(
                Object.keys({...before, ...values}).filter(isFree).map(name => [name, value(name)]),
            );
        },
    };
});
