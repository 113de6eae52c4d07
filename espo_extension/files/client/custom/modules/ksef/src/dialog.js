/** A dialog that only tells. Hangs on no view: it outlives the form that was saved. */
define('modules/ksef/dialog', ['modules/ksef/element'], ({element}) => ({
    /**
     * @param {Object} told
     * @param {string} told.header
     * @param {string} told.close What the button says.
     * @param {HTMLElement} told.body
     * @param {boolean} [told.isOnlyOnce] What it tells is lost with it: nothing but a button closes it.
     * @param {{name: string, text: string, onClick: function()}[]} [told.buttons] Each closes it, then does more.
     * @returns {{close: function()}}
     */
    show: ({header, close, body, isOnlyOnce = false, buttons = []}) => {
        const dialog = new Espo.Ui.Dialog({
            className: 'dialog',
            backdrop: isOnlyOnce ? 'static' : true,
            keyboard: !isOnlyOnce,
            closeButton: !isOnlyOnce,
            header: element('span', '', header).outerHTML,
            body,
            buttonList: [
                ...buttons.map(({onClick, ...button}) => ({
                    ...button,
                    onClick: () => {
                        dialog.close();
                        onClick();
                    },
                })),
                {name: 'close', text: close, onClick: () => dialog.close()},
            ],
        });

        dialog.show();

        return dialog;
    },
}));
