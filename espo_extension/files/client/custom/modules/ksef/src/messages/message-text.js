/** Codes of the bridge's and the extension's messages, turned into text in the user's language. */
define('modules/ksef/messages/message-text', ['modules/ksef/messages/filled-text'], ({fill}) => {
    const scope = 'KsefProfile';
    const dates = ['date', 'announced', 'announcedOn', 'first', 'last'];
    const day = /^\d{4}-\d{2}-\d{2}$/;
    const placeholder = /\{(\w+)\}/;

    return class MessageText {
        /** @param {Object} view Any view: its user's language and way to write dates. */
        static of(view) {
            return new MessageText(view.getLanguage(), view.getDateTime());
        }

        /**
         * @param {{get: function}} language EspoCRM's
         * @param {{getDateFormat: function}} dateTime EspoCRM's
         */
        constructor(language, dateTime) {
            this.language = language;
            this.dateTime = dateTime;
        }

        /** The plain text of a finding or step, or an empty one when it says nothing. */
        of({code, params, message}) {
            if (!code) {
                return message || '';
            }

            // PHP writes an empty map as a list.
            const values = params && !Array.isArray(params) ? params : {};

            const text = this.ofCode(code, values);

            return text === null || (message && placeholder.test(text)) ? message || code : text;
        }

        /** KSeF's name of a right in words. */
        right(name) {
            return this.inWords('permission', name);
        }

        ofCode(code, params) {
            const template = this.language.get(scope, 'messages', code);

            // Codes come from outside: EspoCRM's look-up also finds what every object inherits.
            if (typeof template !== 'string') {
                return null;
            }

            const inWords = Object.entries(params).map(([name, value]) => [name, this.parameter(name, value)]);

            return fill(template, Object.fromEntries(inWords));
        }

        parameter(name, value) {
            if (name === 'reason') {
                return this.ofCode(String(value), {}) ?? value;
            }

            if (dates.includes(name) && day.test(value)) {
                return this.dateTime.toMomentDate(value).format(this.dateTime.getDateFormat());
            }

            return this.inWords(name, String(value));
        }

        /** The API's names in a value, turned into people's; KSeF's own further ones stay. */
        inWords(kind, value) {
            const names = this.language.get(scope, 'names', kind);

            if (!names || typeof names !== 'object') {
                return value;
            }

            return value.replace(/\w+/g, name => Object.hasOwn(names, name) ? names[name] : name);
        }
    };
});
