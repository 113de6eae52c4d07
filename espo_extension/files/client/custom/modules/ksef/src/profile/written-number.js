/** Numbers, and what is added to them: blanks of every kind, hyphens that look alike, the country. */
define('modules/ksef/profile/written-number', [], () => {
    // Separators, and what is invisible: soft hyphens, joiners, the byte order mark.
    const blanks = /[\p{Z}\p{C}]+/gu;
    // The minus sign is no dash to Unicode.
    const hyphens = /[\p{Pd}\u2212]/gu;
    const country = /^PL[\p{Pd}\u2212]?/iu;

    const unit = /^\d{10}-\d{5}$/;

    const withoutCountry = text => text.replace(blanks, '').replace(country, '');

    return {
        /** @returns {string} The digits of a NIP as people write it. */
        nip: text => withoutCountry(text).replace(hyphens, ''),

        /** @returns {string} A text without blanks, its hyphens plain. */
        asOneLine: text => text.replace(blanks, '').replace(hyphens, '-'),

        /** @returns {string} The identifier of a unit, of one that was copied from a page. */
        internalId: text => withoutCountry(text).replace(hyphens, '-'),

        /**
         * KSeF's identifier of a company's unit: its NIP, a hyphen, five digits, the last a check digit.
         *
         * @returns {?string} The identifier with the last digit that would fit, when another one stands there.
         */
        fittingInternalId: value => {
            if (!unit.test(value)) {
                return null;
            }

            const first = value.slice(0, -1);
            const sum = [...first.replace('-', '')].reduce((total, digit, at) => total + digit * (at % 2 ? 3 : 1), 0);
            const fits = `${first}${sum % 10}`;

            return fits === value ? null : fits;
        },

        /**
         * Take an input's text as it is written, whether typed or pasted: EspoCRM would cut it to the number's length
         * first.
         *
         * @param {HTMLInputElement} input
         * @param {function(string): string} read
         */
        watch: (input, read) => {
            input.removeAttribute('maxlength');
            input.addEventListener('input', event => {
                const text = read(input.value);

                if (text === input.value || event.isComposing) {
                    return;
                }

                const caret = read(input.value.slice(0, input.selectionEnd)).length;

                input.value = text;
                input.setSelectionRange(caret, caret);
            });
        },
    };
});
