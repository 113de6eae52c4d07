/** How long a certificate is still valid, as words and as a label's style. */
define('modules/ksef/days-left', [], () => {
    const renewWithin = 30;
    const urgentWithin = 7;

    return {
        /**
         * @param {number} days Whole days; negative once the end has passed.
         * @param {function(string): string} message The text of a key in KsefCertificate's messages.
         */
        inWords: (days, message) => {
            if (days < 0) {
                return message('validityEnded');
            }

            if (days === 0) {
                return message('validityEndsToday');
            }

            // The plural follows the language of the texts, which need not be the user's.
            const form = new Intl.PluralRules(message('languageOfTexts')).select(days);

            return message(`daysLeft_${form}`).replace('{days}', String(days));
        },

        style: days => {
            if (days < urgentWithin) {
                return 'danger';
            }

            return days <= renewWithin ? 'warning' : 'success';
        },
    };
});
