/**
 * Codes of the bridge's and the extension's messages, turned into text in the user's language, and into what the place
 * takes where they are shown, with the link to the message's page.
 */
define('modules/ksef/messages/message-text', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/markdown',
    'modules/ksef/ui/element',
], ({fill}, markdown, {outside}) => {
    const scope = 'KsefProfile';
    const dates = ['date', 'announced', 'announcedOn', 'first', 'last'];
    const day = /^\d{4}-\d{2}-\d{2}$/;
    const placeholder = /\{(\w+)\}/;
    // Nothing that would end an attribute of HTML or a link of Markdown.
    const site = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~%/-]*)?$/;
    const isCode = /^[a-z0-9]+(-[a-z0-9]+)*$/;

    return class MessageText {
        /** The link for a template that is given `linkOf` as data. */
        static linkTemplate =
            '{{#if page}} <a href="{{page}}" target="_blank" rel="noopener noreferrer">{{more}}</a>{{/if}}'

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
            return isCode.test(code || '') ? this.address('pageOfMessage').replace('{code}', code) : '';
        }

        /** The address of a page of the site in the user's language; an empty one where there is none. */
        address(page) {
            const place = this.language.get(scope, 'messages', page);

            if (!site.test(this.documentation || '') || typeof place !== 'string') {
                return '';
            }

            return `${this.documentation.replace(/\/+$/, '')}/${place}`;
        }

        /** What the link to it says. */
        get more() {
            return this.language.get(scope, 'messages', 'moreAboutMessage');
        }

        /** The link to a code's page, for `linkTemplate`. */
        linkOf(code) {
            return {page: this.page(code), more: this.more};
        }

        /** The link to a code's page as an element; an empty text where there is none. */
        link(code) {
            return outside(this.page(code), this.more);
        }

        /** A finding or step with its link, for an element of the page to hold. */
        nodes(message) {
            const link = this.link(message.code);

            return link ? [this.of(message), ' ', link] : [this.of(message)];
        }

        /** A finding or step with its link, for Espo.Ui's notices and EspoCRM's confirmations. */
        markdown(message) {
            return markdown.message(this.of(message)) + markdown.outside(this.page(message.code), this.more);
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
