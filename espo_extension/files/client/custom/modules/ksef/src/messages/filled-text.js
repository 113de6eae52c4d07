/** Values in a text's `{placeholders}`. A sentence that ends with a value ends once: "… of Kowalski S.A." */
define('modules/ksef/messages/filled-text', [], () => {
    const placeholder = /\{(\w+)\}((?:[*_]*)\.(?!\.))?/g;
    const ended = /[.!?…]$/;

    return {
        /**
         * @param {string} text
         * @param {Object.<string, string|number>} values By the names of the placeholders; others stay.
         * @returns {string}
         */
        fill: (text, values) => text.replaceAll(placeholder, (whole, name, end = '') => {
            if (!Object.hasOwn(values, name)) {
                return whole;
            }

            const value = String(values[name] ?? '');

            return value + (ended.test(value) ? end.slice(0, -1) : end);
        }),
    };
});
