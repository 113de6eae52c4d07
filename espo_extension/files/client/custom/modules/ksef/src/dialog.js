/** A dialog that only tells. Hangs on no view: it outlives the form that was saved. */
define('modules/ksef/dialog', ['modules/ksef/element'], ({element}) => ({
    /**
     * @param {Object} told
     * @param {string} told.header
     * @param {string} told.close What the button says.
     * @param {HTMLElement} told.body
     */
    show: ({header, close, body}) => {
        const dialog = new Espo.Ui.Dialog({
            className: 'dialog',
            backdrop: true,
            header: element('span', '', header).outerHTML,
            body,
            buttonList: [{name: 'close', text: close, onClick: () => dialog.close()}],
        });

        dialog.show();
    },
}));
