/** A dialog with a form of its own, whose answers belong to no record. */
define('modules/ksef/views/modals/form', ['views/modal', 'model'], (Modal, Model) => class extends Modal {
    className = 'dialog dialog-record'

    templateContent = `
        <div class="ksef-introduction"></div>
        <div class="record no-side-margin">{{{record}}}</div>`

    /**
     * @param {Object} form
     * @param {string} form.name What the form is to EspoCRM's views.
     * @param {Object} form.answers What it shows at first, by field; later what was entered.
     * @param {Object} form.fields Definitions as in EspoCRM's metadata.
     * @param {Object[][]} form.rows As in a layout of EspoCRM's.
     * @param {{name: string, text: string, style: string, onClick: function()}} form.button The button that goes on.
     */
    ask({name, answers, fields, rows, button}) {
        this.addButton(button);
        this.addButton({name: 'cancel', label: 'Cancel'});

        this.asked = new Model(answers);
        this.asked.name = name;
        this.asked.setDefs({fields});

        this.createView('record', 'views/record/edit-for-modal', {
            scope: 'None',
            selector: '.record',
            model: this.asked,
            detailLayout: [{rows}],
        });
    }
});
