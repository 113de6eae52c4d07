/** Values in a text's `{placeholders}`. A sentence that ends with a value ends once: "… of Kowalski S.A." */
define('modules/ksef/messages/filled-text', [], () => {
    const placeholder = /\{(\w+)\}((?:[*_]*)\.(?!\.))?/g;
    const ended = /[.!?…]$/;

    /**
     * @param {string} text
     * @param {Object.<string, string|number>} values By the names of the placeholders; others stay.
     * @returns {string}
     */
    const fill = (text, values) => text.replaceAll(placeholder, (whole, name, end = '') => {
        if (!Object.hasOwn(values, name)) {
            return whole;
        }

        const value = String(values[name] ?? '');

        return value + (ended.test(value) ? end.slice(0, -1) : end);
    });

    return {
        fill,

        /**
         * @param {Object} view The view with a record.
         * @returns {function(string, Object=): string} The text of a key in the messages of the record's entity, with
         *     its name and other values filled in.
         */
        messagesOf: view => (key, values = {}) => {
            const {model} = view;

            return fill(view.translate(key, 'messages', model.entityType), {name: model.get('name'), ...values});
        },
    };
});
