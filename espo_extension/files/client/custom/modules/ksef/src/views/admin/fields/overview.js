/** How many profiles and certificates are well, and how many are not. The bridge is not asked. */
define('modules/ksef/views/admin/fields/overview', ['views/fields/base', 'modules/ksef/overview-report'], (
    Base,
    overviewReport,
) => class extends Base {
    readOnly = true
    inlineEditDisabled = true

    detailTemplateContent = '<div class="ksef-overview"></div>'

    /** @type {?Object} */
    overview = null

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
            this.overview = await Espo.Ajax.getRequest('KsefBridge/overview');
            this.show();
        } catch {
            // EspoCRM itself says why it did not answer.
        }
    }

    show() {
        if (this.overview) {
            this.$el.find('.ksef-overview').empty().append(overviewReport.of(this.overview, this.getLanguage()));
        }
    }

    fetch() {
        return {};
    }
});
