/** Codes of the bridge's and the extension's messages, turned into text in the user's language. */
define('modules/ksef/messages/message-text', ['modules/ksef/messages/filled-text'], ({fill}) => {
    const scope = 'KsefProfile';
    const dates = ['date', 'announced', 'announcedOn', 'first', 'last'];
    const day = /^\d{4}-\d{2}-\d{2}$/;
    const placeholder = /\{(\w+)\}/;
    // Nothing that would end an attribute of HTML or a link of Markdown.
    const site = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~%/-]*)?$/;
    const isCode = /^[a-z0-9]+(-[a-z0-9]+)*$/;

    return class MessageText {
        /** @param {Object} view Any view: its user's language and way to write dates. */
        static of(view) {
            return new MessageText(view.getLanguage(), view.getDateTime(), view.getConfig().get('ksefDocumentationUrl'));
        }

        /**
         * @param {{get: function}} language EspoCRM's
         * @param {{getDateFormat: function}} dateTime EspoCRM's
         * @param {?string} documentation The address of the site that has a page for each message.
         */
        constructor(language, dateTime, documentation) {
            this.language = language;
            this.dateTime = dateTime;
            this.documentation = documentation;
        }

        /** The address of a code's page; an empty one where there is none. */
        page(code) {
            const place = this.language.get(scope, 'messages', 'pageOfMessage');

            if (!site.test(this.documentation || '') || !isCode.test(code || '') || typeof place !== 'string') {
                return '';
            }

            return `${this.documentation.replace(/\/+$/, '')}/${place.replace('{code}', code)}`;
        }

        /** What the link to it says. */
        get more() {
            return this.language.get(scope, 'messages', 'moreAboutMessage');
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
