/** How long what a profile uses is valid, and whether it renews itself: in words, and as a label's style. */
define('modules/ksef/profile/expiry', ['modules/ksef/certificate/days-left'], daysLeft => {
    const renewsItself = 'certificate-ends-renews-itself';

    /** What becomes of a certificate at its end; nothing of one that ended. */
    const renewal = ({renewal: prospect, date}, message, day, today) => {
        if (!prospect) {
            return '';
        }

        const isDue = prospect === renewsItself && date <= today;

        return message(isDue ? 'renewal_due' : `renewal_${prospect}`).replace('{date}', () => day(date));
    };

    return {
        /**
         * @param {Object} certificate An item of a profile's `expiry`.
         * @param {Object} words
         * @param {function(string): string} words.message The text of a key in KsefProfile's messages.
         * @param {function(string): string} words.ofCertificate The same of KsefCertificate's.
         * @param {function(string): string} words.day A day as the user reads it.
         * @param {function(string): string} words.moment The day of a date and time of EspoCRM.
         * @param {string} today As 2026-12-31.
         * @returns {{style: string, label: string, detail: string}}
         */
        ofCertificate: (certificate, {message, ofCertificate, day, moment}, today) => {
            const ended = daysLeft.ended(certificate, ofCertificate, moment);

            return {
                style: ended ? 'danger' : daysLeft.style(certificate.daysLeft),
                label: ended || daysLeft.inWords(certificate.daysLeft, ofCertificate),
                detail: ended ? '' : renewal(certificate, message, day, today),
            };
        },

        /**
         * Nobody is alarmed for a token: KSeF's own answer decides.
         *
         * @param {Object} finding Of token-validity.
         * @param {Object} words As above.
         * @returns {{style: string, label: string, detail: string}}
         */
        ofToken: ({code, params}, {message, ofCertificate, day}) => ({
            style: 'info',
            label: typeof params.days === 'number' ? daysLeft.inWords(params.days, ofCertificate) : message('expiry_ended'),
            detail: message(`expiry_${code}`)
                .replace('{date}', () => day(params.date))
                .replace('{announced}', () => day(params.announced)),
        }),
    };
});
