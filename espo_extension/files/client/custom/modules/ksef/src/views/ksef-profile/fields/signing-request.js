/** Where a login by a qualified signature stands that was begun, and the way to go on with it. */
define('modules/ksef/views/ksef-profile/fields/signing-request', [
    'views/fields/base',
    'modules/ksef/messages/filled-text',
    'modules/ksef/signing-request/ask',
    'modules/ksef/signing-request/server',
    'modules/ksef/signing-request/signer',
    'modules/ksef/signing-request/stage',
    'modules/ksef/ui/element',
], (Base, {messagesOf}, signingRequest, server, signer, stage, {actions, button, element}) => class extends Base {
    detailTemplateContent = '<div class="ksef-signing-request"></div>'
    editTemplateContent = this.detailTemplateContent

    setup() {
        super.setup();
        this.listenTo(this.model, `change:${this.name} ${server.event}`, () => this.showState());
    }

    afterRender() {
        super.afterRender();
        this.showState();
    }

    async showState() {
        // A form is not the place to go on with it.
        if (!this.isDetailMode() || !this.model.get(this.name)) {
            return;
        }

        const state = await server.readQuietly(this);

        if (state && this.element) {
            this.$el.find('.ksef-signing-request').empty().append(
                this.sentence(state),
                actions([button(this.translate('Go On', 'labels', 'KsefProfile'), () => signingRequest.ask(this))]),
            );
        }
    }

    sentence(state) {
        const {request} = state;
        const key = request?.status === 'Refused' ? 'refused' : stage.of(state);

        return element('span', '', messagesOf(this)(`signingRequest_${key}`, {
            time: stage.time(request?.secondsLeft ?? 0),
            signer: request?.signer ? signer.name(request.signer) : '',
        }));
    }
});
