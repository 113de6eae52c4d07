/** What the bridge says of itself when it is asked with the saved address and key. */
define('modules/ksef/views/admin/fields/bridge-health', ['views/fields/base', 'modules/ksef/bridge-report'], (
    Base,
    bridgeReport,
) => class extends Base {
    readOnly = true
    inlineEditDisabled = true

    detailTemplateContent = `
        <p class="text-muted">{{translate 'bridgeHealthNote' category='messages' scope='Settings'}}</p>
        <div class="ksef-health"></div>
        <button type="button" class="btn btn-default" data-action="askBridge"
        >{{translate 'Test Bridge' scope='Settings'}}</button>`

    /** @type {?Object} The last answer. */
    health = null

    setup() {
        super.setup();
        this.addActionHandler('askBridge', () => this.ask());
        this.listenTo(this.model, 'after:save', () => this.ask());
        this.once('after:render', () => this.ask());
    }

    afterRender() {
        super.afterRender();
        this.showHealth();
    }

    async ask() {
        const button = this.$el.find('[data-action="askBridge"]').prop('disabled', true);

        this.health = null;
        this.showHealth();

        try {
            this.health = await Espo.Ajax.getRequest('KsefBridge/health');
        } finally {
            button.prop('disabled', false);
            this.showHealth();
        }
    }

    showHealth() {
        const report = this.health ?
            bridgeReport.of(this.health, this.getLanguage()) :
            this.translate('bridgeBeingAsked', 'messages', 'Settings');

        this.$el.find('.ksef-health').empty().append(report);
    }

    fetch() {
        return {};
    }
});
