/** What the bridge says of itself when it is asked with the saved address and key. */
define('modules/ksef/views/admin/fields/bridge-health', [
    'views/fields/base',
    'modules/ksef/bridge/health',
    'modules/ksef/messages/message-text',
], (Base, bridgeReport, MessageText) => class extends Base {
    readOnly = true
    inlineEditDisabled = true

    detailTemplateContent = `
        <p class="text-muted">{{translate 'bridgeHealthNote' category='messages' scope='Settings'}}</p>
        <div class="ksef-health"></div>
        <button type="button" class="btn btn-default" data-action="askBridge"
        >{{translate 'Test Bridge' scope='Settings'}}</button>`

    /** @type {?Object} The last answer. */
    health = null
    state = 'bridgeBeingAsked'

    setup() {
        super.setup();
        this.addActionHandler('askBridge', () => this.ask());
        this.listenTo(this.model, 'after:save', () => this.ask());
        this.once('after:render', () => this.ask());
    }

    afterRender() {
        super.afterRender();
        this.show();
    }

    async ask() {
        this.show('bridgeBeingAsked');

        try {
            this.show(null, await Espo.Ajax.getRequest('KsefBridge/health'));
        } catch {
            // EspoCRM itself says why it did not answer.
            this.show('bridgeNotAsked');
        }
    }

    show(state = this.state, health = this.health) {
        this.state = state;
        this.health = health;
        this.model.trigger('ksef-bridge-told', !state && health?.status === 'ok');
        this.$el.find('[data-action="askBridge"]').prop('disabled', state === 'bridgeBeingAsked');
        this.$el.find('.ksef-health').empty().append(
            state ? this.translate(state, 'messages', 'Settings') : this.report(health),
        );
    }

    report(health) {
        return bridgeReport.of(
            health,
            this.getLanguage(),
            MessageText.of(this),
            day => this.getDateTime().toDisplayDate(day),
        );
    }

    fetch() {
        return {};
    }
});
