/** When each of our jobs ran last and what it did. The bridge is not asked. */
define('modules/ksef/views/admin/fields/jobs', [
    'views/fields/base',
    'modules/ksef/bridge/jobs',
], (Base, jobsReport) => class extends Base {
    readOnly = true
    inlineEditDisabled = true

    detailTemplateContent = '<div class="ksef-jobs"></div>'

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
            this.answer = await Espo.Ajax.getRequest('KsefBridge/jobs');
            this.show();
        } catch {
            // EspoCRM itself says why it did not answer.
        }
    }

    show() {
        if (this.answer) {
            this.$el.find('.ksef-jobs').empty().append(
                jobsReport.of(this.answer, this.getLanguage(), value => this.getDateTime().toDisplay(value)),
            );
        }
    }

    fetch() {
        return {};
    }
});
