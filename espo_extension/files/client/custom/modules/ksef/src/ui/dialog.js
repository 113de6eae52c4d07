/** A dialog that only tells. Hangs on no view: it outlives the form that was saved. */
define('modules/ksef/ui/dialog', ['modules/ksef/ui/element'], ({element}) => ({
    /**
     * @param {Object} told
     * @param {string} told.header
     * @param {string} told.close What the button says.
     * @param {HTMLElement} told.body
     * @param {boolean} [told.isOnlyOnce] What it tells is lost with it: nothing but the button closes it.
     * @param {function()} [told.onClose] Called when the button was pressed.
     * @returns {{close: function()}}
     */
    show: ({header, close, body, isOnlyOnce = false, onClose}) => {
        const dialog = new Espo.Ui.Dialog({
            className: 'dialog',
            backdrop: isOnlyOnce ? 'static' : true,
            keyboard: !isOnlyOnce,
            closeButton: !isOnlyOnce,
            header: element('span', '', header).outerHTML,
            body,
            buttonList: [{
                name: 'close',
                text: close,
                onClick: () => {
                    dialog.close();
                    onClose?.();
                },
            }],
        });

        dialog.show();

        return dialog;
    },
}));
