/** KSeF's identifier of a company's unit: its NIP, a hyphen, five digits, the last a check digit. */
define('modules/ksef/internal-id', [], () => {
    const form = /^\d{10}-\d{5}$/;

    /** @returns {?string} The identifier with the last digit that would fit, when another one stands there. */
    const fitting = value => {
        if (!form.test(value)) {
            return null;
        }

        const first = value.slice(0, -1);
        const sum = [...first.replace('-', '')].reduce((sum, digit, at) => sum + digit * (at % 2 ? 3 : 1), 0);
        const fits = `${first}${sum % 10}`;

        return fits === value ? null : fits;
    };

    return {fitting};
});
