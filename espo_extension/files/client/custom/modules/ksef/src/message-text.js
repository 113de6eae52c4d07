/** Codes of the bridge's and the extension's messages, turned into text in the user's language. */
define('modules/ksef/message-text', [], () => {
    const scope = 'KsefProfile';
    const placeholder = /\{(\w+)\}/;

    const fill = (template, params) => template.replaceAll(
        new RegExp(placeholder, 'g'),
        (whole, name) => Object.hasOwn(params, name) ? String(params[name]) : whole,
    );

    return class MessageText {
        /** @param {{get: function}} language EspoCRM's */
        constructor(language) {
            this.language = language;
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

            return this.inWords(name, String(value));
        }

        /** The API's names in a value, turned into people's; KSeF's own further ones stay. */
        inWords(placeholder, value) {
            const names = this.language.get(scope, 'names', placeholder);

            if (!names || typeof names !== 'object') {
                return value;
            }

            return value.replace(/\w+/g, name => Object.hasOwn(names, name) ? names[name] : name);
        }
    };
});
