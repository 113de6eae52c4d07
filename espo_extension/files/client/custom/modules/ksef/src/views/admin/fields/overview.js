/**
 * How many profiles and certificates are well, and how many are not. The bridge is not asked; that profiles
 * connected at their last check is good news only while it is ready.
 */
define('modules/ksef/views/admin/fields/overview', [
    'modules/ksef/views/admin/fields/answer',
    'modules/ksef/bridge/overview',
], (Answer, overviewReport) => class extends Answer {
    address = 'KsefBridge/overview'
    detailTemplateContent = '<div class="ksef-answer ksef-overview"></div>'

    isBridgeReady = false

    setup() {
        super.setup();
        this.listenTo(this.model, 'ksef-bridge-told', isReady => {
            this.isBridgeReady = isReady;
            this.show();
        });
    }

    report(overview) {
        return overviewReport.of(overview, this.getLanguage(), {
            isBridgeReady: this.isBridgeReady,
            moment: value => this.getDateTime().toDisplay(value),
        });
    }
});
