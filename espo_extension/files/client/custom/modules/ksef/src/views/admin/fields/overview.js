/**
 * How many profiles and certificates are well, and how many are not. The bridge is not asked; that profiles
 * connected at their last check is good news only while it is ready.
 */
define('modules/ksef/views/admin/fields/overview', [
    'views/fields/base',
    'modules/ksef/bridge/overview',
], (Base, overviewReport) => class extends Base {
    readOnly = true
    inlineEditDisabled = true

    detailTemplateContent = '<div class="ksef-overview"></div>'

    /** @type {?Object} */
    overview = null
    isBridgeReady = false

    setup() {
        super.setup();
        this.listenTo(this.model, 'ksef-bridge-told', isReady => {
            this.isBridgeReady = isReady;
            this.show();
        });
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
            this.$el.find('.ksef-overview').empty().append(overviewReport.of(this.overview, this.getLanguage(), {
                isBridgeReady: this.isBridgeReady,
                moment: value => this.getDateTime().toDisplay(value),
            }));
        }
    }

    fetch() {
        return {};
    }
});
