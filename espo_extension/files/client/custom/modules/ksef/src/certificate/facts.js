/** What a certificate is, or is to be, in one sentence. */
define('modules/ksef/certificate/facts', [
    'modules/ksef/certificate/days-left',
    'modules/ksef/certificate/subject-name',
], (daysLeft, subjectName) => {
    const identifierNames = {Nip: 'NIP', Pesel: 'PESEL'};

    /** Whom a subject's name speaks of: its common name, else its organization, else the whole name. */
    const personOf = name => {
        const found = subjectName.attributes(name);

        return found.get('CN') || found.get('O') || name;
    };

    const owner = facts => {
        const person = personOf(facts.subjectName || '');
        const identifierName = identifierNames[facts.identifierType];

        return identifierName && facts.identifierValue ?
            `${person} (${identifierName} ${facts.identifierValue})` :
            person;
    };

    const validity = (facts, message, date) => {
        const ended = daysLeft.ended(facts, message, date);

        if (ended) {
            return ended;
        }

        const end = message('validUntil').replace('{date}', date(facts.validTo));

        return typeof facts.daysLeft === 'number' ? `${end} (${daysLeft.inWords(facts.daysLeft, message)})` : end;
    };

    const kind = facts => facts.kind === 'Ksef' ? facts.type || 'Unknown' : facts.kind || 'Unknown';

    // Test and Demo have one issuer, which tells no more than that.
    const environment = (facts, message) => {
        const known = facts.environment || (facts.kind === 'Ksef' ? 'TestOrDemo' : '');

        return known && message(`environmentOf_${known}`);
    };

    const wanted = (facts, message) => [
        message(`requested_${facts.type}`),
        environment(facts, message),
        facts.keyAlgorithm,
    ];

    const present = (facts, message, date) => [
        message(`certificateOf_${kind(facts)}`).replace('{owner}', () => owner(facts)),
        environment(facts, message),
        facts.validTo && validity(facts, message, date),
        facts.keyAlgorithm,
        // Of one that is not stored yet there is nothing to say.
        facts.hasPrivateKey !== undefined &&
            message(facts.hasPrivateKey ? 'privateKeyStored' : 'privateKeyNotStored'),
    ];

    const parts = (facts, message, date) => {
        if (facts.subjectName) {
            return present(facts, message, date);
        }

        return facts.status === 'Requested' ? wanted(facts, message) : [];
    };

    return {
        personOf,

        /** The attributes that the sentence is made from. */
        attributes: [
            'subjectName', 'identifierType', 'identifierValue', 'type', 'kind', 'environment', 'validFrom',
            ...daysLeft.attributes, 'keyAlgorithm', 'hasPrivateKey',
        ],

        /**
         * @param {Object} facts Attributes of a KsefCertificate.
         * @param {function(string): string} message The text of a key in KsefCertificate's messages.
         * @param {function(string): string} date A date and time of EspoCRM as the user reads a date.
         * @returns {string} Empty without facts.
         */
        sentence: (facts, message, date) => parts(facts, message, date).filter(Boolean).join(', '),
    };
});
