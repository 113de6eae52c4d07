/** Names of certificates as KSeF takes them (its OpenAPI, EnrollCertificateRequest.certificateName). */
define('modules/ksef/enrolment/certificate-name', [], () => {
    const least = 5;
    const most = 100;
    const notAllowed = /[^a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]/gu;
    const blanks = /\s+/g;
    const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

    const shown = character => printable.test(character) ?
        character :
        `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

    return {
        /**
         * For one that nobody has named yet, within what KSeF takes.
         *
         * @param {string} owner Whose it will be.
         * @param {string} type Label of the type.
         * @param {string} requested When it is requested, in words around the day.
         */
        propose: (owner, type, requested) => {
            const end = ` ${type} ${requested}`.replace(notAllowed, ' ').replace(blanks, ' ');
            const stem = owner.replace(notAllowed, ' ').replace(blanks, ' ').trim();

            return `${stem.slice(0, most - end.length).trimEnd()}${end}`.trim();
        },

        /**
         * What KSeF would refuse in a name, told as the bridge tells it.
         *
         * @param {string} name
         * @returns {?{code: string, params: Object}} Null for a name that KSeF takes.
         */
        problem: name => {
            const unusable = [...new Set(name.match(notAllowed))].sort();

            if (unusable.length) {
                return {code: 'enrolment-name-characters', params: {characters: unusable.map(shown).join(' ')}};
            }

            if (name.length < least || name.length > most) {
                return {code: 'enrolment-name-length', params: {length: name.length, least, most}};
            }

            return null;
        },
    };
});
