/** How long a certificate is still valid, as words and as a label's style. */
define('modules/ksef/certificate/days-left', [], () => {
    const renewWithin = 30;
    const urgentWithin = 7;

    const endOf = ({status, validTo, endedAt, daysLeft}) => {
        if (status === 'Revoked' || status === 'Blocked') {
            return {reason: status, moment: endedAt};
        }

        if (daysLeft < 0) {
            return {reason: 'Expired', moment: validTo};
        }

        return status === 'Expired' ? {reason: status, moment: endedAt} : null;
    };

    return {
        /** The attributes that `ended` is made from. */
        attributes: ['status', 'validTo', 'endedAt', 'daysLeft'],

        /**
         * That the certificate can no longer be used, and since when, whatever its dates say.
         *
         * @param {Object} facts Attributes of a KsefCertificate.
         * @param {function(string): string} message The text of a key in KsefCertificate's messages.
         * @param {function(string): string} date A date and time of EspoCRM as the user reads a date.
         * @returns {string} Empty while it can be used.
         */
        ended: (facts, message, date) => {
            const end = endOf(facts);

            if (!end) {
                return '';
            }

            return end.moment ?
                message(`endedOn_${end.reason}`).replace('{date}', () => date(end.moment)) :
                message(`ended_${end.reason}`);
        },

        /**
         * @param {number} days Whole days; negative once the end has passed.
         * @param {function(string): string} message The text of a key in KsefCertificate's messages.
         */
        inWords: (days, message) => {
            if (days < 0) {
                return message('ended_Expired');
            }

            if (days === 0) {
                return message('validityEndsToday');
            }

            // The plural follows the language of the texts, which need not be the user's.
            const form = new Intl.PluralRules(message('languageOfTexts')).select(days);

            return message(`daysLeft_${form}`).replace('{days}', String(days));
        },

        /**
         * The day of a moment as the user reads dates.
         *
         * @param {Object} view Any view.
         * @returns {function(string): string} Takes a date and time of EspoCRM.
         */
        dateOf: view => moment => {
            const dateTime = view.getDateTime();

            return dateTime.toMoment(moment).format(dateTime.getDateFormat());
        },

        style: days => {
            if (days < urgentWithin) {
                return 'danger';
            }

            return days <= renewWithin ? 'warning' : 'success';
        },
    };
});
