/** Codes of the bridge's and the extension's messages, turned into text in the user's language. */
define('modules/ksef/message-text', [], () => {
    const scope = 'KsefProfile';
    const rightsParameters = ['missing', 'required', 'present'];

    // Parameters whose values are options of these fields; KSeF's own further values have no label.
    const optionParameters = {
        status: ['status', 'KsefCertificate'],
        statusBefore: ['status', 'KsefCertificate'],
        revocationReason: ['revocationReason', 'KsefCertificate'],
        type: ['type', 'KsefCertificate'],
        kind: ['kind', 'KsefCertificate'],
        environment: ['environment', scope],
    };

    const placeholder = /\{(\w+)\}/;

    const fill = (template, params) => template.replaceAll(
        new RegExp(placeholder, 'g'),
        (whole, name) => Object.hasOwn(params, name) ? String(params[name]) : whole,
    );

    return class MessageText {
        /** @param {{get: function, translateOption: function}} language EspoCRM's */
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
            return this.language.translateOption(name, 'permissions', scope);
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

            if (rightsParameters.includes(name)) {
                return String(value).split(', ').map(each => this.right(each)).join(', ');
            }

            if (Object.hasOwn(optionParameters, name)) {
                return this.language.translateOption(String(value), ...optionParameters[name]);
            }

            return value;
        }
    };
});
