/** What EspoCRM answers to one question that is asked when the page is opened. */
define('modules/ksef/views/admin/fields/answer', ['views/fields/base'], Base => class extends Base {
    readOnly = true
    inlineEditDisabled = true

    /** Where it is asked; whoever extends this sets it, has a `.ksef-answer` in the template, and a `report`. */
    address = ''

    /** @type {?Object} */
    answer = null

    setup() {
        super.setup();
        this.once('after:render', () => this.load());
    }

    afterRender() {
        super.afterRender();
        this.show();
    }

    async load() {
        try {
            this.answer = await Espo.Ajax.getRequest(this.address);
            this.show();
        } catch {
            // EspoCRM itself says why it did not answer.
        }
    }

    show() {
        if (this.answer) {
            this.$el.find('.ksef-answer').empty().append(this.report(this.answer));
        }
    }

    fetch() {
        return {};
    }
});
