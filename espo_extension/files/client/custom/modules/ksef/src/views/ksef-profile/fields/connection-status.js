/**
 * What is known of a profile's connection: that it is being tested, what was found, or what a profile lacks that has
 * nothing to log in with, and where to get it.
 */
define('modules/ksef/views/ksef-profile/fields/connection-status', [
    'views/fields/enum',
    'modules/ksef/profile/connection-remedies',
    'modules/ksef/profile/connection-test',
    'modules/ksef/profile/credential',
    'modules/ksef/profile/portal',
    'modules/ksef/signing-request/ask',
    'modules/ksef/ui/element',
], (Enum, connectionRemedies, connectionTest, credential, portal, signingRequest, {actionLink, element, label}) => class extends Enum {
    setup() {
        super.setup();
        this.addActionHandler('showConnectionReport', () =>
            connectionRemedies.show(this, connectionTest.outcome(this.model)));
        this.addActionHandler('connectBySignature', () => signingRequest.ask(this));

        const shown = ['authorizationType', 'authorizationCertificateId', 'tokenReference', 'environment', 'createdAt'];

        this.listenTo(this.model, shown.map(name => `change:${name}`).join(' '), () => this.showMore());
        this.listenTo(this.model, connectionTest.event, () => this.showMore());
    }

    afterRender() {
        super.afterRender();
        this.showMore();
    }

    showMore() {
        if (!this.isDetailMode()) {
            return;
        }

        const isRunning = connectionTest.isRunning(this.model);

        this.$el.find('.ksef-connection').remove();
        this.$el.children().toggleClass('hidden', isRunning);
        this.$el.append(isRunning ? this.progress() : this.remark() || '');
    }

    progress() {
        const spinner = element('span', 'fas fa-spinner fa-spin');
        const text = this.translate('connectionTesting', 'messages', 'KsefProfile');

        return element('span', 'ksef-connection', label('info', text), ' ', spinner);
    }

    remark() {
        const {model} = this;

        if (!model.get('createdAt')) {
            return null;
        }

        if (!credential.isHeldBy(model)) {
            return this.missing();
        }

        return connectionTest.outcome(model) && model.get(this.name) !== 'NotTested' ? this.reportLink() : null;
    }

    missing() {
        const isToken = model => model.get('authorizationType') === 'Token';
        const [key, section] = isToken(this.model) ? ['tokenMissing', 'Tokens'] : ['certificateMissing', 'Certificates'];
        const text = this.translate(key, 'messages', 'KsefProfile');

        return element('div', 'ksef-connection ksef-missing text-warning',
            `${text} `, portal.anchor(this, section), ' · ', this.link('Connect by Signature', 'connectBySignature'));
    }

    reportLink() {
        return element('span', 'ksef-connection small', ' ', this.link('Step by Step', 'showConnectionReport'));
    }

    link(text, action) {
        return actionLink(this.translate(text, 'labels', 'KsefProfile'), action);
    }
});
